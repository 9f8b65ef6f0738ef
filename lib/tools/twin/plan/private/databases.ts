import type { AssemblyResource, Json } from '../../../assembly';
import { proxiedClusters } from './proxies';
import type { TemplateReader } from './reader';
import { PlanError } from './reader';
import type { PlannedInstance } from './zones';
import { instancesOf } from './zones';

/** One Region's member of a global cluster, or a cluster that stands alone. */
export interface PlannedDatabase {
  /** Key of its resource. */
  readonly key: string;
  readonly region: string;
  /** Name in lists and in pg_stat_replication. */
  readonly identifier: string;
  /** Clusters of one global cluster share it. */
  readonly group: string;
  readonly role: 'writer' | 'standby';
  /** Of its Region; the first one writes, where the cluster does. */
  readonly instances: readonly PlannedInstance[];
  /** Whether a proxy stands before it. */
  readonly proxied: boolean;
  /** Set where the cluster is born with them. */
  readonly master: { readonly username: string; readonly password: string } | undefined;
}

/**
 * The writer is the cluster that the global cluster was made from; whoever else joined it is a
 * standby. Clusters of other engines than PostgreSQL are refused.
 */
export function planDatabases(reader: TemplateReader): readonly PlannedDatabase[] {
  const sources = new Map(
    reader
      .resources('AWS::RDS::GlobalCluster')
      .map((global) => [sourceOf(reader, global), reader.text(global, 'GlobalClusterIdentifier')]),
  );
  const proxied = proxiedClusters(reader);
  return clustersOf(reader).map((cluster) => {
    const engine = reader.needed(cluster, 'Engine');
    if (engine !== 'aurora-postgresql' && engine !== 'postgres') {
      throw new PlanError(cluster.key, `Engine must be aurora-postgresql, got: ${engine}`);
    }
    const identifier = reader.text(cluster, 'DBClusterIdentifier') ?? cluster.logicalId;
    const joined = reader.text(cluster, 'GlobalClusterIdentifier');
    const { region } = cluster.stack;
    return {
      ...{ key: cluster.key, region, identifier },
      group: joined ?? sources.get(`${region}/${identifier}`) ?? cluster.key,
      role: joined === undefined ? ('writer' as const) : ('standby' as const),
      ...{ instances: instancesOf(reader, cluster), proxied: proxied.has(cluster.key) },
      master: credentials(reader, cluster),
    };
  });
}

/** Clusters that run here. */
export function clustersOf(reader: TemplateReader): readonly AssemblyResource[] {
  return reader
    .resources('AWS::RDS::DBCluster')
    .filter((it) => !isLimitless(reader, it) && !isHeadless(reader, it));
}

/** A cluster that the engine divides itself, which no PostgreSQL here does. */
export function isLimitless(reader: TemplateReader, cluster: AssemblyResource): boolean {
  return reader.text(cluster, 'ClusterScalabilityType') === 'limitless';
}

/** A copy without an instance, which is storage alone: nobody asks it, and nobody promotes it as it is. */
export function isHeadless(reader: TemplateReader, cluster: AssemblyResource): boolean {
  if (reader.text(cluster, 'GlobalClusterIdentifier') === undefined) return false;
  const ref = JSON.stringify({ Ref: cluster.logicalId });
  return !reader
    .resources('AWS::RDS::DBInstance', cluster.stack.region)
    .some(
      ({ stack, properties }) =>
        stack === cluster.stack && JSON.stringify(properties['DBClusterIdentifier']) === ref,
    );
}

/** `REGION/IDENTIFIER` of the cluster that a global cluster wraps. */
function sourceOf(reader: TemplateReader, global: AssemblyResource): string {
  const source = reader.text(global, 'SourceDBClusterIdentifier') ?? '';
  const [, region = '', identifier = ''] =
    /^arn:[^:]+:rds:([^:]+):[^:]*:cluster:(.+)$/.exec(source) ?? [];
  return `${region}/${identifier}`;
}

function credentials(reader: TemplateReader, cluster: AssemblyResource) {
  const username: Json = reader.value(cluster, 'MasterUsername');
  const password: Json = reader.value(cluster, 'MasterUserPassword');
  return typeof username === 'string' && typeof password === 'string'
    ? { username, password }
    : undefined;
}
