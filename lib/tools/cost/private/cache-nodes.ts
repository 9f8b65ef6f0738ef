import type { Assembly, AssemblyResource } from '../../assembly';
import type { Charge, ChargeRule, Properties, Unpriced } from './charges';
import { propertiesOf } from './properties';

const GROUP = 'AWS::ElastiCache::ReplicationGroup';
/** GB that a serverless cache is billed for though it is empty. */
const LEAST_GB = 0.1;

/** Primaries and replicas, by the type of node; the engine has its own tariff. */
export const cacheNodes: ChargeRule = (properties, resource, assembly) => {
  // A secondary of a global datastore has the nodes of its primary.
  const secondary = properties.value('CacheNodeType') === undefined;
  const shape = (secondary ? primaryOf(resource, assembly) : undefined) ?? properties;
  const nodeType = shape.value('CacheNodeType');
  const engine = shape.value('Engine') ?? 'redis';
  if (typeof nodeType !== 'string' || typeof engine !== 'string') {
    return [{ reason: 'type of its nodes or engine is only known after deployment' }];
  }
  const replicas = Number(properties.value('ReplicasPerNodeGroup') ?? 0);
  const groups = Number(shape.value('NumNodeGroups') ?? 1);
  const quantity = Number(properties.value('NumCacheClusters') ?? groups * (replicas + 1));
  if (!Number.isInteger(quantity) || quantity < 1) return [{ reason: 'number of its nodes' }];
  return [
    {
      service: 'ElastiCache',
      item: `${nodeType} node`,
      quantity,
      unit: 'hour',
      price: `${engine}.${nodeType}.hour`,
    },
  ];
};

/** The primary's group, where the assembly has one global datastore: a secondary knows a generated id. */
function primaryOf(secondary: AssemblyResource, assembly: Assembly): Properties | undefined {
  if (secondary.properties['GlobalReplicationGroupId'] === undefined) return undefined;
  const datastores = assembly.resources({ type: 'AWS::ElastiCache::GlobalReplicationGroup' });
  const [datastore] = datastores;
  if (datastore === undefined || datastores.length > 1) return undefined;
  const member = propertiesOf(datastore, assembly);
  const name = member.value('Members', 0, 'ReplicationGroupId');
  const region = member.value('Members', 0, 'ReplicationGroupRegion');
  return assembly
    .resources({ type: GROUP })
    .filter(({ stack }) => stack.region === region)
    .map((it) => propertiesOf(it, assembly))
    .find((it) => it.value('ReplicationGroupId') === name);
}

/** What is held ready, or the least that is billed; use above that is not standing. */
export function serverlessCache(properties: Properties): readonly (Charge | Unpriced)[] {
  const engine = properties.value('Engine');
  if (engine !== 'valkey' && engine !== 'redis') {
    return [{ reason: `serverless cache of engine ${JSON.stringify(engine)}` }];
  }
  const limit = (...path: readonly string[]): number =>
    Number(properties.value('CacheUsageLimits', ...path, 'Minimum') ?? 0);
  const units = (limit('ECPUPerSecond') * 3600) / 1e6;
  const common = { service: 'ElastiCache', unit: 'hour' } as const;
  const tariff = `${engine}Serverless`;
  return [
    {
      ...{ ...common, item: 'serverless storage, GB', price: `${tariff}.gbHour` },
      quantity: Math.max(limit('DataStorage'), LEAST_GB),
    },
    ...(units > 0
      ? [
          {
            ...{ ...common, item: 'serverless work held ready, million units' },
            ...{ quantity: units, price: `${tariff}.ecpuPerM` },
          },
        ]
      : []),
  ];
}
