import { resolveDeployment } from '../../lib/config';
import connectionBalanced from '../../lib/config/declarations/connection-balanced';
import strong from '../../lib/config/declarations/strong';
import { synthesized, synthesizedFrom } from '../support/assembly';
import type { Resource, Synthesized } from '../support/assembly';

jest.setTimeout(120_000);

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const SPANS = ['xray:PutSpans', 'xray:PutSpansForIndexing'];
const OWN = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

const resourcesOf = ({ stacks }: Synthesized, type: string) =>
  [...stacks.values()].flatMap(({ id, template }) =>
    Object.entries(template.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([name, { Properties }]) => ({ stack: id, name, properties: Properties ?? {} })),
  );

/** Actions of X-Ray that a role has by the policies of its stack. */
function tracesBy({ stacks }: Synthesized, stack: string, role: string): readonly string[] {
  const all: readonly Resource[] = Object.values(stacks.get(stack)!.template.Resources);
  return all
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .filter(({ Properties }) => JSON.stringify(Properties!['Roles']).includes(`"Ref":"${role}"`))
    .flatMap(({ Properties }) => {
      const { Statement: own } = Properties!['PolicyDocument'] as { Statement: Statement[] };
      return own.flatMap(({ Action }) => [Action].flat());
    })
    .filter((action) => action.startsWith('xray:'))
    .sort();
}

const roleOf = (value: unknown): string =>
  (value as { readonly 'Fn::GetAtt': [string] })['Fn::GetAtt'][0];

test('functions that serve and work are traced by Lambda and send spans; others are not, and do not', async () => {
  const assembly = await synthesizedFrom(resolveDeployment(strong));
  const functions = resourcesOf(assembly, 'AWS::Lambda::Function');
  const workload = functions.filter(({ properties }) =>
    JSON.stringify(properties['Environment'] ?? {}).includes('"PEER_URLS"'),
  );
  // The service, the consumer and the jobs of both Regions.
  expect(workload.length).toBeGreaterThan(4);
  for (const { stack, name, properties } of functions) {
    const variables = (properties['Environment'] as { Variables?: object } | undefined)?.Variables;
    const traces = tracesBy(assembly, stack, roleOf(properties['Role']));
    const isWorkload = workload.some((it) => it.stack === stack && it.name === name);
    expect([name, properties['TracingConfig'], traces]).toEqual(
      isWorkload ? [name, { Mode: 'Active' }, [...SPANS, ...OWN]] : [name, undefined, []],
    );
    if (isWorkload) expect(variables).toMatchObject({ TRACE_SHARE: '0.01' });
  }
});

test('servers send spans by themselves: there is no agent beside them, and nothing else is let', async () => {
  const declared = { ...connectionBalanced, observability: { tracing: {} } };
  const assembly = await synthesizedFrom(resolveDeployment(declared));
  const tasks = resourcesOf(assembly, 'AWS::ECS::TaskDefinition');
  expect(tasks.length).toBeGreaterThan(0);
  for (const { stack, properties } of tasks) {
    const containers = properties['ContainerDefinitions'] as readonly {
      readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
    }[];
    expect(containers).toHaveLength(1);
    expect(containers[0]!.Environment).toContainEqual({ Name: 'TRACE_SHARE', Value: '0.05' });
    expect(tracesBy(assembly, stack, roleOf(properties['TaskRoleArn']))).toEqual(SPANS);
  }
});

test('where nothing is traced nobody may send anything', async () => {
  const { stacks } = await synthesized();
  for (const { id, text } of stacks.values())
    expect([id, /xray:|TRACE_SHARE|TracingConfig/.test(text)]).toEqual([id, false]);
});
