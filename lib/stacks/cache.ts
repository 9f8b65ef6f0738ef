import type { Construct } from 'constructs';
import type { Cache as CacheConfig } from '../config';
import { RegionalCache } from '../constructs/cache';
import type { NetworkOutputs } from './network';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface CacheProps extends RegionalStackProps {
  /** The declared cache. */
  readonly cache: CacheConfig;
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
  /** ARN of the Region's data key. */
  readonly keyArn: string;
}

/**
 * A Region's cache, in a stack of its own: it lives longer than a service's deployment, and takes
 * longer to make. Not stateful: whatever is in it was copied from a database or a table, and is copied
 * again when it is gone.
 */
export class Cache extends MeridianStack {
  /** `rediss://host:port` */
  public readonly endpoint: string;

  public constructor(scope: Construct, id: string, props: CacheProps) {
    const { deployment, region, cache, network, keyArn } = props;
    super(scope, id, {
      deployment,
      kind: 'cache',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: cache of ${region.name}`,
    });
    const { endpoint } = new RegionalCache(this, 'Valkey', {
      groupId: this.names.cacheGroup(region.name),
      cache,
      keyArn,
      vpc: network.vpc,
      client: network.serviceGroup,
    });
    this.endpoint = endpoint;
  }
}
