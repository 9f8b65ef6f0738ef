import { join } from 'node:path';
import type { Declaration } from '../../lib/config';
import { resolveDeployment } from '../../lib/config';
import { loadAssembly } from '../../lib/tools/assembly';
import { review } from '../../lib/tools/review';
import { synthesizedFrom } from '../support/assembly';
import type { Resource, Synthesized } from '../support/assembly';
import { DECLARATIONS, REFERENCES } from '../support/references';

jest.setTimeout(300_000);

describe.each(REFERENCES)('%s', (name) => {
  let made: Synthesized;
  beforeAll(async () => {
    const { default: declared } = (await import(join(DECLARATIONS, name))) as {
      default: Declaration;
    };
    made = await synthesizedFrom(resolveDeployment(declared));
  });

  const all = (type: RegExp): readonly { readonly id: string; readonly it: Resource }[] =>
    [...made.stacks.values()].flatMap(({ id, template }) =>
      Object.entries(template.Resources)
        .filter(([, { Type }]) => type.test(Type))
        .map(([key, it]) => ({ id: `${id}/${key}`, it })),
    );

  test('each Region has keys of its own: none is of several Regions, and each is rotated', () => {
    expect(all(/^AWS::KMS::ReplicaKey$/)).toEqual([]);
    const keys = all(/^AWS::KMS::Key$/);
    expect(keys.length).toBeGreaterThanOrEqual(made.deployment.regions.length);
    for (const { id, it } of keys)
      expect({ id, ...it.Properties }).toEqual(
        expect.not.objectContaining({ MultiRegion: true }) as object,
      );
    for (const { id, it } of keys)
      expect([id, it.Properties?.['EnableKeyRotation']]).toEqual([id, true]);
  });

  test('each network that is made keeps all that was said in it, in the log bucket of its own Region', () => {
    const networks = all(/^AWS::EC2::VPC$/);
    const logs = all(/^AWS::EC2::FlowLog$/);
    expect([networks.length, logs.length]).toEqual([
      made.deployment.regions.length,
      made.deployment.regions.length,
    ]);
    for (const { id, it } of logs) {
      const [stack] = id.split('/');
      const { region } = made.stacks.get(stack!)!;
      expect(it.Properties).toMatchObject({ ResourceType: 'VPC', TrafficType: 'ALL' });
      expect(it.Properties?.['LogDestination']).toContain(`-${region}-logs/`);
    }
  });

  test('the review finds no right over everything, nobody admitted, no key of another Region, no missing path', () => {
    const rules = [
      ...['policy-allows-all', 'policy-admits-anybody', 'key-of-other-region'],
      ...['control-plane-on-request-path', 'interface-endpoint-missing', 'data-port-public'],
      ...['http-in-the-clear', 'security-baseline'],
    ];
    const errors = review(loadAssembly(made.directory)).findings.filter(
      ({ rule, severity }) => severity === 'error' && rules.includes(rule),
    );
    expect(errors).toEqual([]);
  });

  test('no template holds a suppression of an outside judge: they stand in one place, with reasons', () => {
    for (const { id, text } of made.stacks.values())
      expect([id, /cdk_nag|cfn_nag|"checkov"|"cfn-lint"|"guard"/i.exec(text)]).toEqual([id, null]);
  });
});
