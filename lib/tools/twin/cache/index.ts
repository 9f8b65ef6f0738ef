/**
 * The cache of each Region: a real Valkey or Redis where one can be had, else a stand-in that says
 * so.
 *
 * ```ts
 * const provider = await resolveValkey({ env, engines: join(home.root, 'engines'), strict });
 * const cache = await startCache({ provider, address, port, dataDir, program });
 * ```
 */
export { findServers, resolveValkey } from './private/resolve';
export type { ResolveOptions } from './private/resolve';
export type { CacheProvider, ServerProvider, StandInProvider } from './private/provider';
export { startCache } from './private/start';
export type { CacheOptions, CacheServer } from './private/start';
export { CACHE_TYPES, cacheAnswer, cacheName, rewriteCaches } from './private/endpoints';
export type { CachePlace } from './private/endpoints';
export type { Wheel } from './private/wheel';
