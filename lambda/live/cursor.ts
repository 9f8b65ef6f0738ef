import { invalid } from '../platform/errors';
import { type Id, isId } from '../platform/ids';

/** How far somebody has read, by shard: every shard has a log of its own. */
export type Positions = ReadonlyMap<string, Id>;

/** What goes into `id:` of an event and comes back as `Last-Event-ID`: `s0:7183…,s1:7183…`. */
export function encodeCursor(positions: Positions): string {
  return [...positions].map(([shard, id]) => `${shard}:${id}`).join();
}

/** Positions of shards that are known; of others, nobody has to know. @throws RequestError 422 */
export function parseCursor(text: string | undefined): Positions | undefined {
  if (text === undefined || text === '') return undefined;
  const parts = text.split(',').map((part) => /^([a-z0-9-]{1,40}):(\d{1,19})$/.exec(part));
  const pairs = parts.flatMap((match) => {
    const [, shard = '', id = ''] = match ?? [];
    return isId(id) ? [[shard, id] as const] : [];
  });
  if (pairs.length !== parts.length || parts.length > 100)
    throw invalid({ 'last-event-id': ['is not one of this service'] });
  return new Map(pairs);
}

export function isAfter(left: Id, right: Id): boolean {
  return left.length === right.length ? left > right : left.length > right.length;
}
