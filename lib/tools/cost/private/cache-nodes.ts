import type { Charge, Properties, Unpriced } from './charges';

/** Primary and replicas, by the type of node; the engine has its own tariff. */
export function cacheNodes(properties: Properties): readonly (Charge | Unpriced)[] {
  const nodeType = properties.value('CacheNodeType');
  const engine = properties.value('Engine') ?? 'redis';
  if (typeof nodeType !== 'string' || typeof engine !== 'string') {
    return [{ reason: 'type of its nodes or engine is only known after deployment' }];
  }
  const replicas = Number(properties.value('ReplicasPerNodeGroup') ?? 0);
  const groups = Number(properties.value('NumNodeGroups') ?? 1);
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
}
