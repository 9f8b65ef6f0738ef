import type { Shared } from './command';

/** What real Valkey gives as the version of Redis that it is compatible with. */
export const SPOKEN_VERSION = '7.2.4';

type Section = readonly (readonly [name: string, value: string | number])[];

function sections({ space, server }: Shared): Readonly<Record<string, Section>> {
  const { stats } = space;
  return {
    Server: [
      ['redis_version', SPOKEN_VERSION],
      ['server_name', 'stand-in'],
      ['server_mode', 'standalone'],
      ['redis_mode', 'standalone'],
      ['process_id', process.pid],
      ['tcp_port', server.port()],
      ['uptime_in_seconds', Math.floor((space.now() - server.startedAt) / 1000)],
    ],
    Clients: [['connected_clients', server.connections()]],
    Memory: [
      ['used_memory', space.bytes],
      ['maxmemory', space.maxBytes],
      ['maxmemory_policy', 'allkeys-lru'],
    ],
    // Clients wait for `loading:0` before they say that they are ready.
    Persistence: [['loading', 0]],
    Stats: [
      ['keyspace_hits', stats.hits],
      ['keyspace_misses', stats.misses],
      ['expired_keys', stats.expired],
      ['evicted_keys', stats.evicted],
    ],
    Replication: [
      ['role', 'master'],
      ['connected_slaves', 0],
    ],
    Keyspace:
      space.size === 0 ? [] : [['db0', `keys=${space.size},expires=${space.ending},avg_ttl=0`]],
  };
}

const ALL = ['all', 'default', 'everything'];

/** @param wanted names of sections in lower case; none for all */
export function infoText(shared: Shared, wanted: readonly string[]): string {
  const all = wanted.length === 0 || wanted.some((name) => ALL.includes(name));
  return Object.entries(sections(shared))
    .filter(([title]) => all || wanted.includes(title.toLowerCase()))
    .map(([title, lines]) =>
      [`# ${title}`, ...lines.map(([name, value]) => `${name}:${value}`), ''].join('\r\n'),
    )
    .join('\r\n');
}
