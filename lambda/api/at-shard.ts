import type { Place } from '../platform/admission';
import type { Domain, Sql } from '../platform/databases';
import type { ShardLocation } from '../topology';
import type { Dependencies } from './dependencies';

export interface Asked {
  readonly shard: string;
  readonly domain: Domain;
  readonly role: 'reader' | 'writer';
  /** Of the request that asks. */
  readonly place: Place | undefined;
  /** How long the answer is waited for, in milliseconds. */
  readonly patienceMs?: number;
}

/**
 * Asks a database of a shard, which has places and a short queue of its own: one that is slow holds up
 * those who ask it, and takes no place of the server's from those who ask another. Who has asked before
 * goes on, so that a request of many questions is refused at the first or not at all.
 *
 * @throws RequestError 503 where too many ask it
 */
export function atShard<T>(
  { bulkheads }: Pick<Dependencies, 'bulkheads'>,
  { shard, domain, role, place, patienceMs = Infinity }: Asked,
  work: () => Promise<T>,
): Promise<T> {
  const begun = place?.begun === true;
  const isRead = role === 'reader';
  place?.begin();
  const ask = () =>
    bulkheads.run(`${shard}.${domain} (${role})`, work, { patienceMs, begun, isRead });
  return place === undefined ? ask() : place.apart(ask);
}

/** Asks where a shard is written, in this Region. @throws RequestError 503 where too many ask it */
export function atWriter<T>(
  deps: Pick<Dependencies, 'bulkheads' | 'databases'>,
  { location, ...asked }: Omit<Asked, 'role'> & { readonly location: ShardLocation },
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  return atShard(deps, { ...asked, role: 'writer' }, async () =>
    work(await deps.databases.writer(location, asked.domain)),
  );
}
