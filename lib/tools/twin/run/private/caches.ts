import { join } from 'node:path';
import type { CacheProvider, CacheServer } from '../../cache';
import { startCache } from '../../cache';
import type { RegionPlaces } from '../../plan';
import type { Supervised } from '../../processes';
import type { ChildContext } from './children';

/** A Region's cache, supervised. */
export interface RunningCache extends Supervised {
  readonly region: string;
  readonly server: CacheServer;
}

export interface CachesOptions {
  readonly provider: CacheProvider;
  readonly places: readonly RegionPlaces[];
  /** Keys of those in cluster mode. */
  readonly clustered: ReadonlySet<string>;
  /** Directory of this twin's engines. */
  readonly engines: string;
}

/** Starts the caches of every Region; `launch` is given each while it starts. */
export async function startCaches(
  context: ChildContext,
  { provider, places, clustered, engines }: CachesOptions,
  launch: (cache: Promise<RunningCache>) => Promise<RunningCache>,
): Promise<readonly RunningCache[]> {
  const wanted = places.flatMap(({ region, caches }) =>
    [...caches].map(([key, place], at) => ({
      ...{ region, place, clustered: clustered.has(key) },
      id: `cache-${region}-${at + 1}`,
    })),
  );
  return Promise.all(
    wanted.map(({ region, place, clustered: cluster, id }) => {
      const starting = startCache({
        ...{
          provider,
          ...place,
          clustered: cluster,
          program: context.programs.cache,
          env: context.marker,
        },
        dataDir: join(engines, id),
        log: join(context.logs, `${id}.log`),
      });
      return launch(starting.then((server) => supervise(region, server)));
    }),
  );
}

function supervise(region: string, server: CacheServer): RunningCache {
  return {
    ...{ label: `cache ${region}`, region, server },
    processes: server.processes,
    exited: server.exited,
    stop: () => server.stop(),
    kill: () => void server.stop('immediate'),
  };
}
