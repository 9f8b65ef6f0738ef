import type { Deployment } from './deployment';
import { SAMPLE_BUNDLE } from './sample';

/** Connections that one of something opens to each database at an endpoint, at most. */
export interface PoolSizes {
  /** A server's process. */
  readonly server: number;
  /** One instance of a function. */
  readonly function: number;
}

/** Of the sample workload; a test holds them against lambda/platform/pools.ts. */
export const SAMPLE_POOLS: PoolSizes = { server: 10, function: 2 };

/** `undefined` where a service is not the sample workload, so that nobody knows. */
export function poolsOf({ services }: Pick<Deployment, 'services'>): PoolSizes | undefined {
  return services.every(({ bundle }) => bundle === SAMPLE_BUNDLE) ? SAMPLE_POOLS : undefined;
}
