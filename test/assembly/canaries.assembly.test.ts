import { resolveDeployment } from '../../lib/config';
import strong from '../../lib/config/declarations/strong';
import { watchedAlarms, wavesOf } from '../../lib/tools/operations/deploy/waves';
import { loadAssembly } from '../../lib/tools/assembly';
import { synthesized, synthesizedFrom } from '../support/assembly';
import type { Resource, Synthesized } from '../support/assembly';
import { deploymentWith } from '../support/deployment';

jest.setTimeout(120_000);

interface Asked {
  readonly name: string;
  readonly checks: readonly Record<string, unknown>[];
}

const resources = (made: Synthesized, stack: string, type: string): readonly Resource[] =>
  Object.values(made.stacks.get(stack)!.template.Resources).filter((it) => it.Type === type);

function only(made: Synthesized, stack: string, type: string): Record<string, unknown> {
  const [found, ...others] = resources(made, stack, type);
  expect(others).toEqual([]);
  return found!.Properties!;
}

function askedBy(made: Synthesized, region: string): readonly Asked[] {
  const { Environment } = only(made, `Canaries-${region}`, 'AWS::Lambda::Function') as {
    readonly Environment: { readonly Variables: { readonly TARGETS: string } };
  };
  return JSON.parse(Environment.Variables.TARGETS) as Asked[];
}

describe('of the reference strong', () => {
  let made: Synthesized;
  beforeAll(async () => {
    made = await synthesizedFrom(resolveDeployment(strong));
  });

  test('each Region asks itself, the next one and the name of the product', () => {
    const ofRegion = (host: string) => [
      { url: `https://${host}.origin.example.com/readyz`, expects: 'status' },
      { url: `https://${host}.origin.example.com/api/tags`, expects: 'json', verified: true },
    ];
    const global = [
      { url: 'https://example.com/', expects: 'page' },
      { url: 'https://example.com/api/tags', expects: 'json' },
    ];
    expect(askedBy(made, 'us-east-2')).toEqual([
      { name: 'own-region', checks: ofRegion('us-east-2') },
      { name: 'next-region', checks: ofRegion('us-east-1') },
      { name: 'global-name', checks: global },
    ]);
    expect(askedBy(made, 'us-east-1').map(({ checks }) => checks[0]!.url)).toEqual([
      'https://us-east-1.origin.example.com/readyz',
      'https://us-east-2.origin.example.com/readyz',
      'https://example.com/',
    ]);
  });

  test('one call at a time ends before the next one comes, and none is repeated', () => {
    const stack = 'Canaries-us-east-1';
    const { Timeout, ReservedConcurrentExecutions } = only(made, stack, 'AWS::Lambda::Function');
    expect(ReservedConcurrentExecutions).toBe(1);
    expect(Timeout as number).toBeLessThan(60);
    expect(only(made, stack, 'AWS::Scheduler::Schedule')).toMatchObject({
      ScheduleExpression: 'cron(* * * * ? *)',
      Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    });
  });

  test('doors admit the Region that asks itself, by each of its own addresses', () => {
    const own = JSON.stringify(resources(made, 'Service-us-east-2', 'AWS::EC2::SecurityGroup'));
    expect(own.match(/Fn::ImportValue":"meridian-network-us-east-2[^"]*NatAddress/g)).toHaveLength(
      9,
    );
  });

  test('metrics that are told are those that alarms watch, and silence is never well', () => {
    const { Environment } = only(made, 'Canaries-us-east-1', 'AWS::Lambda::Function') as {
      readonly Environment: { readonly Variables: { readonly NAMESPACE: string } };
    };
    const alarms = resources(made, 'Canaries-us-east-1', 'AWS::CloudWatch::Alarm');
    const watched = alarms.map(({ Properties }) => {
      const { Namespace, MetricName, Dimensions, TreatMissingData } = Properties as {
        readonly Namespace: string;
        readonly MetricName: string;
        readonly TreatMissingData: string;
        readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
      };
      expect(Namespace).toBe(Environment.Variables.NAMESPACE);
      expect(TreatMissingData).toBe('missing');
      expect(Dimensions.map(({ Name }) => Name)).toEqual(['Target']);
      return `${MetricName} ${Dimensions[0]!.Value}`;
    });
    const targets = askedBy(made, 'us-east-1').map(({ name }) => name);
    expect(watched).toEqual(targets.flatMap((name) => [`Good ${name}`, `Latency ${name}`]));
  });

  test('they come last, so that nothing rings before there is an answer, and gate every wave', () => {
    const assembly = loadAssembly(made.directory);
    const order = wavesOf(assembly).flatMap(({ stacks }) => stacks);
    for (const region of ['us-east-1', 'us-east-2'])
      expect(order.indexOf(`Canaries-${region}`)).toBeGreaterThan(order.indexOf('Edge'));
    const gates = watchedAlarms(assembly).filter(({ name }) => name.includes('canary-fails'));
    expect(gates.map(({ region, seconds }) => [region, seconds])).toEqual(
      ['us-east-1', 'us-east-1', 'us-east-1', 'us-east-2', 'us-east-2', 'us-east-2'].map((it) => [
        it,
        180,
      ]),
    );
  });
});

test('where clients ask the Regions themselves, their name is asked and the page that of the CDN', async () => {
  const made = await synthesizedFrom(
    deploymentWith({ edge: { mode: 'direct' }, observability: { canaries: {} } }),
  );
  const global = askedBy(made, 'us-east-2').find(({ name }) => name === 'global-name')!;
  expect(global.checks.map(({ url }) => url)).toEqual([
    'https://example.com/',
    'https://api.example.com/api/tags',
  ]);
});

test('not declared there are none, and doors admit peers alone', async () => {
  const made = await synthesized();
  expect([...made.stacks.keys()].filter((id) => id.startsWith('Canaries'))).toEqual([]);
  const groups = JSON.stringify(resources(made, 'Service-us-east-2', 'AWS::EC2::SecurityGroup'));
  expect(groups).not.toContain('NatAddress1');
});
