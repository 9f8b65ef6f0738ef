import type { AssemblyResource } from '../../assembly';
import type { View } from './view';

/** A cluster of a relational or graph database, with its instances. */
export interface Member {
  readonly cluster: AssemblyResource;
  readonly instances: readonly AssemblyResource[];
  /** Name of the global cluster that it is created as a secondary of. */
  readonly globalName: string | undefined;
  /** Whether it is the cluster that the global cluster is created from. */
  readonly born: boolean;
}

export interface GlobalDatabase {
  readonly global: AssemblyResource;
  readonly members: readonly Member[];
}

const CLUSTERS = ['AWS::RDS::DBCluster', 'AWS::Neptune::DBCluster', 'AWS::DocDB::DBCluster'];
const GLOBALS = ['AWS::RDS::GlobalCluster', 'AWS::Neptune::GlobalCluster'];
const INSTANCES = ['AWS::RDS::DBInstance', 'AWS::Neptune::DBInstance', 'AWS::DocDB::DBInstance'];

export const databasesOf = (view: View): readonly Member[] => {
  const births = new Set(
    view
      .all(...GLOBALS)
      .flatMap((it) => view.out(it, 'SourceDBClusterIdentifier').map(({ key }) => key)),
  );
  // Limitless has routers and shards in place of instances, and no copies.
  const clusters = view
    .all(...CLUSTERS)
    .filter((it) => view.text(it, 'ClusterScalabilityType') !== 'limitless');
  return clusters.map((cluster) => {
    const global = view.text(cluster, 'GlobalClusterIdentifier');
    return {
      cluster,
      instances: INSTANCES.flatMap((type) => view.into(cluster, type)),
      globalName: global,
      born:
        births.has(cluster.key) ||
        (view.has(cluster, 'GlobalClusterIdentifier') &&
          view.has(cluster, 'MasterUsername') &&
          births.size === 0),
    };
  });
};

export const globalDatabasesOf = (view: View): readonly GlobalDatabase[] => {
  const all = view.once(databasesOf);
  return view.all(...GLOBALS).map((global) => {
    const name = view.text(global, 'GlobalClusterIdentifier');
    const sources = new Set(view.out(global, 'SourceDBClusterIdentifier').map(({ key }) => key));
    const members = all.filter(
      ({ cluster, globalName }) =>
        sources.has(cluster.key) ||
        (globalName !== undefined && globalName === name) ||
        view.out(cluster, 'GlobalClusterIdentifier').includes(global),
    );
    return { global, members };
  });
};
