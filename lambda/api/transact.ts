import type { JSONValue } from 'postgres';
import { idempotencyRecord, once } from '../data/idempotency';
import type { Domain, Transaction } from '../platform/databases';
import { grantFor } from '../platform/fence';
import { type Id, logicalShardOf } from '../platform/ids';
import { traceWrites } from '../platform/trace';
import type { TopologyView } from '../platform/topology-store';
import { shardOf } from '../topology';
import { atShard } from './at-shard';
import type { Dependencies } from './dependencies';
import type { Incoming } from './incoming';

export interface Transacted {
  readonly view: TopologyView;
  readonly incoming: Incoming;
  /** Whose key the request's idempotency key is. */
  readonly subject: Id;
  /** Whose shard: the id of a user, or of something of theirs. */
  readonly owner: Id;
  readonly domain: Domain;
}

/**
 * A write transaction on one database, behind the fence and once for each idempotency key; what it
 * gives is recorded with it.
 *
 * @throws RequestError 503 where nobody waits for it any more
 */
export async function transact<T>(
  deps: Dependencies,
  { view, incoming, subject, owner, domain }: Transacted,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const { name, location } = shardOf(view.document, logicalShardOf(owner));
  const { idempotencyKey: key, deadline } = incoming;
  deadline.demand();
  const record =
    key === undefined
      ? undefined
      : idempotencyRecord(incoming, key, subject, await deps.signingKeys());
  const sql = await deps.databases.writer(location, domain);
  const write = async () => {
    deadline.demand();
    const grant = grantFor(await freshest(deps, view, name), name);
    const { value } = await once(sql, grant, record, async (transaction) => {
      traceWrites(transaction, incoming.trace);
      // Plain JSON by the contract of those who call this.
      return (await work(transaction)) as JSONValue;
    });
    return value as T;
  };
  const asked = { shard: name, domain, role: 'writer', place: incoming.place } as const;
  return await atShard(deps, { ...asked, patienceMs: deadline.leftMs }, write);
}

/**
 * The lease has gone on while this write waited for its turn, or did something else that takes time: that
 * of a younger reading of the same epoch lasts longer.
 */
export async function freshest(
  deps: Dependencies,
  view: TopologyView,
  shard: string,
): Promise<TopologyView> {
  const now = await deps.topology.current();
  const same = now.document.shards[shard]?.epoch === view.document.shards[shard]?.epoch;
  return same ? now : view;
}
