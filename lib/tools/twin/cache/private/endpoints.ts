/** Where a cache listens. */
export interface CachePlace {
  readonly address: string;
  readonly port: number;
}

/** Attributes that say where a cache is reached, by type of the resource. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  'AWS::ElastiCache::ReplicationGroup': [
    'PrimaryEndPoint',
    'ReaderEndPoint',
    'ConfigurationEndPoint',
  ],
  'AWS::ElastiCache::ServerlessCache': ['Endpoint', 'ReaderEndpoint'],
};

/** Types of resources in whose place a cache is run. */
export const CACHE_TYPES: readonly string[] = Object.keys(ATTRIBUTES);

const SUFFIX = 'cache.meridian-twin.internal';
/** Stands in templates' values until the real one is known, as at AWS. */
const PORT = '6379';

/** Name that stands for a cache's address while templates are evaluated. */
export function cacheName(key: string): string {
  return `${key.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.${SUFFIX}`;
}

/**
 * The value of a cache's attribute, with a name in place of the address.
 *
 * @param key of the resource in the assembly
 * @returns undefined where the attribute is not about where it is reached
 */
export function cacheAnswer(type: string, key: string, attribute: string): string | undefined {
  const [endpoint = '', part] = attribute.split('.');
  if (ATTRIBUTES[type]?.includes(endpoint) !== true) return undefined;
  if (part === 'Address') return cacheName(key);
  return part === 'Port' ? PORT : undefined;
}

/**
 * Replaces caches' names, with whatever port stands behind them, by where they run. There is no TLS
 * here, so `rediss` becomes `redis`.
 *
 * @param places by key of the resource
 */
export function rewriteCaches(places: ReadonlyMap<string, CachePlace>): (text: string) => string {
  const byName = new Map([...places].map(([key, place]) => [cacheName(key), place]));
  const pattern = new RegExp(
    `(?:(redis|valkey)s?(://))?([a-z0-9-]+\\.${SUFFIX.replaceAll('.', '\\.')})(:\\d+)?`,
    'g',
  );
  return (text) =>
    text.replace(
      pattern,
      (whole: string, scheme = '', slashes = '', name: string, port: string | undefined) => {
        const place = byName.get(name);
        if (place === undefined) return whole;
        const at = port === undefined ? place.address : `${place.address}:${place.port}`;
        return `${String(scheme)}${String(slashes)}${at}`;
      },
    );
}
