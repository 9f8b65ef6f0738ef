import type { CacheOptions } from '../../../../../lib/tools/twin/cache';
import { startCache } from '../../../../../lib/tools/twin/cache';

/** A supervisor to be killed: starts a cache, tells its processes, and stays. */
process.once('message', (options: CacheOptions) => {
  startCache(options).then(
    (cache) => process.send?.({ processes: cache.processes() }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
