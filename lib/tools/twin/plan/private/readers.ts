import type { AssemblyResource } from '../../../assembly';
import type { TemplateReader } from './reader';
import { instancesOf } from './zones';

/** Whose readers run: of every cluster, of those that write at first, or of none. */
export type Readers = 'all' | 'writers' | 'none';

/** Up to so many clusters this machine carries a reader of each: 20 MB of memory, 80 MB of disk. */
const MOST_CLUSTERS = 8;
/** So many instances of a cluster run: the first one, and one that reads in the place of all others. */
const RUN = 2;

export interface ReaderChoice {
  /** @default all, where the templates have no more than eight clusters, else writers */
  readonly readers?: Readers | undefined;
  /** Whether clusters that write run zone by zone: then they have a reader whatever was chosen. */
  readonly zones?: boolean;
}

/** Keys of the clusters beside whose first instance a reader runs here. */
export function clustersWithReader(
  reader: TemplateReader,
  clusters: readonly AssemblyResource[],
  { readers, zones = false }: ReaderChoice,
): ReadonlySet<string> {
  const chosen = readers ?? (clusters.length <= MOST_CLUSTERS ? 'all' : 'writers');
  const runs = (cluster: AssemblyResource) => {
    const writes = reader.text(cluster, 'GlobalClusterIdentifier') === undefined;
    return chosen === 'all' || (writes && (zones || chosen === 'writers'));
  };
  const has = (cluster: AssemblyResource) => instancesOf(reader, cluster).length >= RUN;
  return new Set(clusters.filter((it) => has(it) && runs(it)).map(({ key }) => key));
}

/** Keys of the instances that do not run. */
export function idleInstances(
  reader: TemplateReader,
  clusters: readonly AssemblyResource[],
  withReader: ReadonlySet<string>,
): readonly string[] {
  return clusters.flatMap((cluster) =>
    instancesOf(reader, cluster)
      .slice(withReader.has(cluster.key) ? RUN : 1)
      .map(({ key }) => key),
  );
}
