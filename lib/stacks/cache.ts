import type { Construct } from 'constructs';
import { datastoreRole } from '../config';
import type { Cache as CacheConfig, GlobalDatastore } from '../config';
import { BindingReader } from '../constructs/binding';
import { RegionalCache, ServerlessCache } from '../constructs/cache';
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
  /** `rediss://host:port`, with `?cluster` behind it in cluster mode. */
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
    const name = this.names.cacheGroup(region.name, cache);
    const common = { keyArn, vpc: network.vpc, client: network.serviceGroup };
    if (cache.kind === 'serverless') {
      const serverless = { ...common, cache, cacheName: name };
      this.endpoint = new ServerlessCache(this, 'Serverless', serverless).endpoint;
      return;
    }
    this.endpoint = new RegionalCache(this, 'Valkey', {
      ...{ ...common, cache, groupId: name },
      ...this.joined(props, cache.globalDatastore),
    }).endpoint;
  }

  private joined(
    { deployment, region, cache }: CacheProps,
    datastore: GlobalDatastore | undefined,
  ): { readonly datastoreId?: string } {
    if (datastore === undefined || datastoreRole(cache, region.name) !== 'secondary') return {};
    const { secondaries } = datastore;
    const binding = { kind: 'cache-datastore', secondaries } as const;
    return { datastoreId: new BindingReader(this, 'Datastore', { deployment, binding }).value };
  }
}
