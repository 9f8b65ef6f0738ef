import { join } from 'node:path';
import type { Declaration } from '../../lib/config';
import { resolveDeployment } from '../../lib/config';
import { synthesizedFrom } from '../support/assembly';
import type { Resource, SynthesizedStack } from '../support/assembly';
import { DECLARATIONS, REFERENCES } from '../support/references';

jest.setTimeout(120_000);

interface Writer {
  readonly at: string;
  /** Logical id in the same stack, or name, of the group that it writes to; undefined for none. */
  readonly to: string | undefined;
}

type Typed = (stack: SynthesizedStack, id: string, properties: Record<string, unknown>) => Writer[];

const refOf = (value: unknown): string | undefined =>
  (value as { readonly Ref?: string } | undefined)?.Ref;
const place = (stack: SynthesizedStack, id: string): string => `${stack.id}/${id}`;

/** Groups that AWS makes itself, to keep for ever, unless they are there. */
const exported =
  (prefix: string, name: string): Typed =>
  (stack, id, properties) =>
    ((properties['EnableCloudwatchLogsExports'] ?? []) as readonly string[]).map((log) => ({
      at: place(stack, id),
      to: `${prefix}/${String(properties[name])}/${log}`,
    }));

/** Each type that writes logs, and to where. */
const WRITERS: Readonly<Record<string, Typed>> = {
  'AWS::Lambda::Function': (stack, id, { LoggingConfig }) => [
    {
      at: place(stack, id),
      to: refOf((LoggingConfig as { readonly LogGroup?: unknown } | undefined)?.LogGroup),
    },
  ],
  'AWS::ECS::TaskDefinition': (stack, id, { ContainerDefinitions }) =>
    (ContainerDefinitions as readonly Record<string, unknown>[]).map((container) => {
      const { Options = {} } = (container['LogConfiguration'] ?? {}) as {
        readonly Options?: Readonly<Record<string, unknown>>;
      };
      const at = `${place(stack, id)} ${String(container['Name'])}`;
      return { at, to: refOf(Options['awslogs-group']) };
    }),
  'AWS::ECS::Cluster': (stack, id, { ClusterName, ClusterSettings = [] }) =>
    JSON.stringify(ClusterSettings).match(/"Value":"(enabled|enhanced)"/) === null
      ? []
      : [
          {
            at: place(stack, id),
            to: `/aws/ecs/containerinsights/${String(ClusterName)}/performance`,
          },
        ],
  'AWS::RDS::DBCluster': exported('/aws/rds/cluster', 'DBClusterIdentifier'),
  'AWS::Neptune::DBCluster': exported('/aws/neptune', 'DBClusterIdentifier'),
  'AWS::RDS::DBProxy': (stack, id, { DBProxyName }) => [
    { at: place(stack, id), to: `/aws/rds/proxy/${String(DBProxyName)}` },
  ],
  'AWS::WAFv2::LoggingConfiguration': (stack, id, { LogDestinationConfigs }) =>
    (LogDestinationConfigs as readonly string[]).map((arn) => ({
      at: place(stack, id),
      to: arn.split(':log-group:')[1],
    })),
  'AWS::FIS::ExperimentTemplate': (stack, id, { LogConfiguration }) => {
    const text = JSON.stringify(LogConfiguration ?? {});
    return [{ at: place(stack, id), to: /"Fn::GetAtt":\["(\w+)","Arn"\]/.exec(text)?.[1] }];
  },
};

describe.each(REFERENCES)('logs of %s', (name) => {
  let stacks: readonly SynthesizedStack[];
  const groups: { stack: SynthesizedStack; id: string; properties: Record<string, unknown> }[] = [];
  const writers: (Writer & { readonly type: string; readonly region: string })[] = [];
  beforeAll(async () => {
    const module = (await import(join(DECLARATIONS, name))) as { readonly default: Declaration };
    const made = await synthesizedFrom(resolveDeployment(module.default));
    stacks = [...made.stacks.values()];
    for (const stack of stacks)
      for (const [id, { Type, Properties = {} }] of entriesOf(stack)) {
        if (Type === 'AWS::Logs::LogGroup') groups.push({ stack, id, properties: Properties });
        const found = WRITERS[Type]?.(stack, id, Properties) ?? [];
        writers.push(...found.map((it) => ({ ...it, type: Type, region: stack.region })));
      }
  });

  const entriesOf = ({ template }: SynthesizedStack): [string, Resource][] =>
    Object.entries(template.Resources);

  test('no group keeps what is written for ever', () => {
    expect(groups.length).toBeGreaterThan(0);
    const endless = groups.filter(
      ({ properties }) => typeof properties['RetentionInDays'] !== 'number',
    );
    expect(endless.map(({ stack, id }) => place(stack, id))).toEqual([]);
  });

  test('whatever writes has a group that is declared, none leaves it to AWS to make one', () => {
    const declared = new Set(
      groups.flatMap(({ stack, id, properties }) => [
        `${stack.id} ${id}`,
        `${stack.region} ${String(properties['LogGroupName'])}`,
      ]),
    );
    const lost = writers.filter(
      ({ at, to, region }) =>
        to === undefined ||
        !(declared.has(`${at.split('/')[0]!} ${to}`) || declared.has(`${region} ${to}`)),
    );
    expect(lost.map(({ at, to }) => `${at} writes to ${to ?? 'none'}`)).toEqual([]);
    if (name !== 'single-server') expect(writers.length).toBeGreaterThan(5);
  });

  test('no two functions write to the same group', () => {
    const functions = writers.filter(({ type }) => type === 'AWS::Lambda::Function');
    const of = functions.map(({ at, to }) => `${at.split('/')[0]!} ${to ?? 'none'}`);
    expect(of.filter((it, index) => of.indexOf(it) !== index)).toEqual([]);
  });
});
