import type { Construct } from 'constructs';
import type { GlobalDatastore as GlobalDatastoreConfig, NodesCache } from '../config';
import { BindingWriter } from '../constructs/binding';
import { GlobalDatastore } from '../constructs/cache';
import type { Artifacts, MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

export interface CacheGlobalProps extends MeridianStackProps {
  /** The declared cache. */
  readonly cache: NodesCache;
  /** The datastore that it declares. */
  readonly datastore: GlobalDatastoreConfig;
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/**
 * The caches' global datastore, between the primary's cache and those of the secondaries: it is made
 * around the one, and the others are made as its members.
 */
export class CacheGlobal extends MeridianStack {
  public constructor(scope: Construct, id: string, props: CacheGlobalProps) {
    const { deployment, cache, datastore, artifacts } = props;
    const { primary, secondaries } = datastore;
    super(scope, id, {
      deployment,
      kind: 'cache-global',
      region: primary,
      regional: false,
      stateful: false,
      description: `${deployment.name}: the global datastore of the caches`,
    });
    const { datastoreId } = new GlobalDatastore(this, 'Datastore', {
      suffix: this.names.cacheDatastore(),
      primary,
      primaryGroup: this.names.cacheGroup(primary, cache),
    });
    new BindingWriter(this, 'Id', {
      deployment,
      binding: { kind: 'cache-datastore', secondaries },
      value: datastoreId,
      handler: artifacts.handlers.binding,
    });
  }
}
