import type { Construct } from 'constructs';
import type { Cluster, RegionName } from '../config';
import { REPLICATED_TABLES, tablesOf } from '../config';
import { AuroraGlobalCluster, GlobalTable } from '../constructs/database';
import type { MeridianStackProps } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';

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
    for (const kind of tablesOf(deployment)) {
      const shape = REPLICATED_TABLES[kind];
      new GlobalTable(this, pascalCase(kind), { deployment, kind, shape, regions });
    }
  }
}
