import { databaseConnections } from '../../../config';
import type { AssemblyResource } from '../../assembly';
import { isJsonObject } from '../../assembly';
import { capacitiesOf } from './capacity';
import { databasesOf } from './databases';
import { shardMapsOf } from './shard-map';
import type { View } from './view';

/** What may connect to one cluster's writer, beside what that takes. */
export interface ConnectionUse {
  readonly cluster: AssemblyResource;
  /** Databases in it, each with pools of its own. */
  readonly databases: number;
  /** Servers of the Region at the most. */
  readonly servers: number;
  /** Runs of functions at once that are bounded; those that are not count as none. */
  readonly functions: number;
  /** Whether functions serve that nothing bounds but the account. */
  readonly unbounded: boolean;
  /** Connections of all pools when they are full. */
  readonly most: number;
  /** What an instance of the class takes. */
  readonly takes: number;
  /** Connections that a proxy between them opens to an instance; `null` where there is none. */
  readonly proxied: number | null;
}

/** Connections that Aurora keeps for its own upkeep and for a person who must still get in. */
const KEPT = 10;

/**
 * Servers × pool × databases, for each cluster of each Region: whoever runs there opens a pool to each
 * database at the writer's endpoint once it writes there, and after a failover everybody does. Nothing
 * where the intent says no pool sizes, or no migration says which databases there are.
 */
export const connectionsOf = (view: View): readonly ConnectionUse[] => {
  const { pools } = view.intent;
  if (pools === undefined) return [];
  return view.once(databasesOf).flatMap(({ cluster, instances }): readonly ConnectionUse[] => {
    const [instance] = instances;
    const instanceClass = instance && view.text(instance, 'DBInstanceClass');
    const databases = databasesIn(view, cluster);
    if (databases === 0 || instanceClass === undefined) return [];
    const takes = takenBy(instanceClass);
    if (takes === undefined) return [];
    const { region } = cluster.stack;
    const servers = serversOf(view, region);
    const { functions, unbounded } = functionsOf(view, region);
    const most = (servers * pools.server + functions * pools.function) * databases;
    const proxied = proxiedBy(view, cluster, takes + KEPT);
    return [{ cluster, databases, servers, functions, unbounded, most, takes, proxied }];
  });
};

/** Domains whose database is in this cluster, by the seed of the topology document. */
function databasesIn(view: View, cluster: AssemblyResource): number {
  const map = view.once(shardMapsOf).find(({ at }) => at.stack.region === cluster.stack.region);
  if (map === undefined || !isJsonObject(map.seed)) return 0;
  const { shards } = map.seed;
  const clusters = view.at(map.at, 'Clusters');
  if (!isJsonObject(shards) || !isJsonObject(clusters)) return 0;
  const names = Object.entries(clusters)
    .filter(([, endpoints]) => view.refs(endpoints).includes(cluster))
    .map(([name]) => name);
  const found = Object.entries(shards).flatMap(([shard, of]) => {
    const domains = isJsonObject(of) && isJsonObject(of['domains']) ? of['domains'] : {};
    return Object.values(domains).filter((it) => {
      const store = isJsonObject(it) ? it['store'] : undefined;
      return typeof store === 'string' && names.includes(`${store}.${shard}`);
    });
  });
  return found.length;
}

/** Its share of what an instance takes in all, by the group of targets that names the cluster. */
function proxiedBy(view: View, cluster: AssemblyResource, all: number): number | null {
  const name = view.text(cluster, 'DBClusterIdentifier');
  const targets = view
    .all('AWS::RDS::DBProxyTargetGroup')
    .find(
      (it) =>
        it.stack.region === cluster.stack.region &&
        (view.list(it, 'DBClusterIdentifiers').includes(name ?? '') ||
          view.out(it, 'DBClusterIdentifiers').includes(cluster)),
    );
  if (targets === undefined) return null;
  const path = 'ConnectionPoolConfigurationInfo.MaxConnectionsPercent';
  // AWS's own default.
  return Math.floor((all * (view.number(targets, path) ?? 100)) / 100);
}

function takenBy(instanceClass: string): number | undefined {
  try {
    return databaseConnections(instanceClass) - KEPT;
  } catch {
    // A class of another kind, whose memory is not known here.
    return undefined;
  }
}

function serversOf(view: View, region: string): number {
  return capacitiesOf(view)
    .filter(({ resource, weight }) => resource.stack.region === region && weight > 0)
    .reduce((sum, { max, min }) => sum + (max ?? min ?? 0), 0);
}

function functionsOf(view: View, region: string): { functions: number; unbounded: boolean } {
  const serving = view
    .all('AWS::Lambda::Function')
    .filter(
      ({ stack, properties }) =>
        stack.region === region &&
        JSON.stringify(properties['Environment'] ?? '').includes('"DATABASE_TLS"'),
    );
  const reserved = serving.map((it) => view.number(it, 'ReservedConcurrentExecutions'));
  return {
    functions: reserved.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    unbounded: reserved.includes(undefined),
  };
}
