import type { Construct } from 'constructs';
import { AuroraGlobalCluster, GlobalTable } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

/**
 * The only stack whose resources span Regions: global clusters around those that the birth Region
 * bore, and global tables. Deployed alone, and not needed by anything that serves.
 */
export class GlobalData extends MeridianStack {
  public constructor(scope: Construct, id: string, props: MeridianStackProps) {
    const { deployment } = props;
    super(scope, id, {
      deployment,
      kind: 'global-data',
      region: deployment.birthRegion,
      regional: false,
      stateful: true,
      description: `${deployment.name}: global clusters and tables`,
    });
    for (const store of deployment.stores) {
      for (const { name: shard } of deployment.shards) {
        new AuroraGlobalCluster(this, `${store.name}-${shard}`, { deployment, store, shard });
      }
    }
    const regions = deployment.regions.map(({ name }) => name);
    new GlobalTable(this, 'Sessions', {
      deployment,
      kind: 'sessions',
      partitionKey: 'sid',
      timeToLiveAttribute: 'expiresAt',
      regions,
    });
    new GlobalTable(this, 'Directory', {
      deployment,
      kind: 'directory',
      partitionKey: 'key',
      regions,
    });
  }
}
