import type { Construct } from 'constructs';
import type { Cluster, RegionName } from '../config';
import { AuroraGlobalCluster, GlobalTable } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';

export interface GlobalDataProps extends MeridianStackProps {
  /** Clusters with members in two Regions or more, all born in this stack's Region. */
  readonly clusters: readonly Cluster[];
  /** Where they are born. @default the deployment's own birth Region, which has the tables */
  readonly cohort?: RegionName;
}

/**
 * The only kind of stack whose resources span Regions: global clusters around those that the birth Region
 * bore, and global tables. Deployed alone, and not needed by anything that serves.
 */
export class GlobalData extends MeridianStack {
  public constructor(scope: Construct, id: string, props: GlobalDataProps) {
    const { deployment, clusters, cohort } = props;
    super(scope, id, {
      deployment,
      kind: 'global-data',
      region: cohort ?? deployment.birthRegion,
      regional: cohort !== undefined,
      stateful: true,
      description: `${deployment.name}: global clusters and tables`,
    });
    for (const { store, shard, birthRegion } of clusters) {
      const wrapped = { deployment, store, shard, birthRegion };
      new AuroraGlobalCluster(this, `${store.name}-${shard}`, wrapped);
    }
    if (cohort !== undefined) return;
    const regions = deployment.tableRegions;
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
