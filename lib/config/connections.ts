import { databaseConnections } from './capacity';
import type { Deployment } from './deployment';
import { SAMPLE_BUNDLE } from './sample';
import { storesOf } from './stores';

/** Connections that one of something opens to each database at an endpoint, at most. */
export interface PoolSizes {
  /** A server's process. */
  readonly server: number;
  /** One instance of a function. */
  readonly function: number;
}

/** Of the sample workload where nothing asks for less; a test holds them against lambda/platform/pools.ts. */
export const SAMPLE_POOLS: PoolSizes = { server: 10, function: 2 };

/** Part of what an instance takes that pools of servers may hold: the rest is for functions and for people. */
const SERVERS_PART = 0.9;
/** A list asks its page and its count at once. */
const SMALLEST_POOL = 2;

/** `undefined` where a service is not the sample workload, so that nobody knows. */
export function poolsOf(
  deployment: Pick<Deployment, 'services' | 'stores' | 'domains'>,
): PoolSizes | undefined {
  const known = deployment.services.every(({ bundle }) => bundle === SAMPLE_BUNDLE);
  return known ? { ...SAMPLE_POOLS, server: serverPoolSize(deployment) } : undefined;
}

/**
 * Connections that a server may open to each database at an endpoint, so that the most servers of a
 * Region, each with full pools, fit into what an instance takes: after a failover all of them may
 * write to one cluster. A proxy gathers connections, so that nothing asks for less before it.
 */
export function serverPoolSize({
  services,
  stores,
  domains,
}: Pick<Deployment, 'services' | 'stores' | 'domains'>): number {
  const servers = services.reduce((sum, { compute: { fargate, ec2 } }) => {
    return sum + serving(fargate, fargate?.maxTasks) + serving(ec2, ec2?.maxInstances);
  }, 0);
  const shares = storesOf({ stores }, 'aurora')
    .filter(({ proxy }) => proxy === undefined)
    .map(({ name, instanceClass, capacityUnits }) => {
      const takes = databaseConnections(instanceClass, capacityUnits) * SERVERS_PART;
      const databases = domains.filter(({ store }) => store === name).length;
      return Math.floor(takes / Math.max(servers * databases, 1));
    });
  return Math.max(SMALLEST_POOL, Math.min(SAMPLE_POOLS.server, ...shares));
}

/** What takes no requests opens no connections. */
function serving(compute: { readonly weight: number } | undefined, most = 0): number {
  return compute !== undefined && compute.weight > 0 ? most : 0;
}
