import { resolveDeployment } from '../../lib/config';
import type { Declaration } from '../../lib/config';
import replicated from '../../lib/config/declarations/replicated';
import singleServer from '../../lib/config/declarations/single-server';
import { loadAssembly } from '../../lib/tools/assembly';
import { growthStep } from '../../lib/tools/growth';
import type { Synthesized } from '../support/assembly';
import { synthesizedFrom } from '../support/assembly';

jest.setTimeout(120_000);

/** Instances that grow by themselves. */
const serverless: Declaration = {
  ...replicated,
  stores: { main: { engine: 'aurora', capacityUnits: { min: 8, max: 32 } } },
};

const bases = new Map<Declaration, Synthesized>();
beforeAll(async () => {
  for (const declaration of [singleServer, replicated, serverless]) {
    bases.set(declaration, await synthesizedFrom(resolveDeployment(declaration)));
  }
});

const store = (of: object): Partial<Declaration> => ({
  stores: { main: { engine: 'aurora', ...of } },
});
const compute = (of: object): Partial<Declaration> => ({
  services: { api: { compute: { lambda: {}, fargate: of } } },
});

/** What is one value, at which stage, and every kind of change that follows; docs/growth.md tells it. */
const VALUES: readonly (readonly [
  value: string,
  base: Declaration,
  changes: Partial<Declaration>,
  expected: readonly string[],
])[] = [
  [
    'server.instanceType',
    singleServer,
    { server: { instanceType: 'm7g.large' } },
    // Its group follows the newest version of the template.
    ['changed AWS::EC2::LaunchTemplate'],
  ],
  ['server.volumeGiB', singleServer, { server: { volumeGiB: 200 } }, ['changed AWS::EC2::Volume']],
  [
    'server.volumeIops',
    singleServer,
    { server: { volumeIops: 12_000 } },
    ['changed AWS::EC2::Volume'],
  ],
  [
    'server.volumeMiBPerSecond',
    singleServer,
    { server: { volumeMiBPerSecond: 500 } },
    ['changed AWS::EC2::Volume'],
  ],
  [
    'stores.NAME.instanceClass',
    replicated,
    store({ instanceClass: 'db.r8g.4xlarge' }),
    [
      'changed AWS::CloudWatch::Alarm',
      'changed AWS::CloudWatch::Dashboard',
      'changed AWS::RDS::DBInstance',
    ],
  ],
  [
    'stores.NAME.capacityUnits, in place of a class',
    replicated,
    store({ capacityUnits: { min: 8, max: 32 } }),
    // In place: an instance of a class becomes a serverless one with a failover.
    [
      'changed AWS::CloudWatch::Alarm',
      'changed AWS::CloudWatch::Dashboard',
      'changed AWS::RDS::DBCluster',
      'changed AWS::RDS::DBInstance',
    ],
  ],
  [
    'stores.NAME.capacityUnits.max',
    serverless,
    store({ capacityUnits: { min: 8, max: 128 } }),
    [
      'changed AWS::CloudWatch::Alarm',
      'changed AWS::CloudWatch::Dashboard',
      'changed AWS::RDS::DBCluster',
    ],
  ],
  [
    'stores.NAME.capacityUnits.min',
    serverless,
    store({ capacityUnits: { min: 16, max: 32 } }),
    ['changed AWS::RDS::DBCluster'],
  ],
  [
    'stores.NAME.instancesPerRegion',
    replicated,
    store({ instancesPerRegion: 3 }),
    ['added AWS::RDS::DBInstance', 'changed AWS::ApplicationAutoScaling::ScalableTarget'],
  ],
  [
    'stores.NAME.maxInstancesPerRegion',
    replicated,
    store({ maxInstancesPerRegion: 16 }),
    ['changed AWS::ApplicationAutoScaling::ScalableTarget'],
  ],
  [
    'stores.NAME.engineVersion',
    replicated,
    store({ engineVersion: '17.8' }),
    ['changed AWS::RDS::DBCluster'],
  ],
  [
    'services.NAME.compute.fargate.cpu',
    replicated,
    compute({ cpu: 4096 }),
    ['changed AWS::ApplicationAutoScaling::ScalingPolicy', 'replaced AWS::ECS::TaskDefinition'],
  ],
  [
    'services.NAME.compute.fargate.maxTasks',
    replicated,
    compute({ maxTasks: 500 }),
    // Each of so many servers may open fewer connections (`POOL_SIZE`).
    ['changed AWS::ApplicationAutoScaling::ScalableTarget', 'changed AWS::ECS::TaskDefinition'],
  ],
  [
    'services.NAME.memoryMiB',
    replicated,
    { services: { api: { memoryMiB: 3072 } } },
    ['changed AWS::Lambda::Function'],
  ],
  [
    'cache.nodeType',
    replicated,
    { cache: { nodeType: 'cache.r7g.2xlarge' } },
    ['changed AWS::ElastiCache::ReplicationGroup'],
  ],
  [
    'demand.users',
    replicated,
    { demand: { users: 20_000_000 } },
    [
      'changed AWS::ApplicationAutoScaling::ScalableTarget',
      'changed AWS::CloudWatch::Alarm',
      'changed AWS::CloudWatch::Dashboard',
      'changed AWS::ECS::TaskDefinition',
    ],
  ],
];

test.each(VALUES)('%s is one value, and replaces nothing that holds data', async (...row) => {
  const [, base, changes, expected] = row;
  const scaled = await synthesizedFrom(resolveDeployment({ ...base, ...changes }));
  const before = loadAssembly(bases.get(base)!.directory);
  const found = growthStep(
    { name: 'before', assembly: before },
    { name: 'after', assembly: loadAssembly(scaled.directory) },
  );
  expect(found.findings).toEqual([]);
  expect([...new Set(found.changes.map(({ kind, type }) => `${kind} ${type}`))].sort()).toEqual(
    expected,
  );
});
