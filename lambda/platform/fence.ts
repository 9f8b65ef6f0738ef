import type { PendingQuery, Row } from 'postgres';
import type { TopologyDocument } from '../topology';
import type { Queryable, Sql, Transaction } from './databases';
import { fenced, RequestError, RETRY_AFTER_SECONDS } from './errors';
import type { Lease } from './lease';
import type { TopologyView } from './topology-store';

/** Leave to write one shard, as one reading of the topology document gives it. */
export interface WriteGrant {
  /** Of the shard in that document. */
  readonly epoch: number;
  /** Nothing is committed, and nothing acknowledged, after it. */
  readonly lease: Lease;
}

/** The highest epoch that a database has seen, and whether that one may write. */
export interface Fence {
  readonly epoch: number;
  readonly state: 'serving' | 'fenced';
}

/**
 * The database has seen a later epoch than this server, or this epoch fenced. Nothing was written: a
 * newer topology document may name another home.
 */
export class Overtaken extends RequestError {
  constructor({ epoch, state }: Fence, grant: WriteGrant) {
    const reason =
      epoch > grant.epoch
        ? `the database is in epoch ${epoch}, this server in ${grant.epoch}`
        : `epoch ${epoch} of the database is ${state}`;
    super(503, { fenced: [reason] }, RETRY_AFTER_SECONDS);
    this.name = 'Overtaken';
  }
}

/** The transaction was sent to be committed; whether it lasts is not known. */
export class Unconfirmed extends RequestError {
  constructor() {
    super(
      503,
      { fenced: ['the lease ran out while the write was committed: repeat it with its key'] },
      RETRY_AFTER_SECONDS,
    );
    this.name = 'Unconfirmed';
  }
}

/** Ratchets lost to a database whose epoch keeps rising under us. */
const ATTEMPTS = 3;

export function grantFor(view: TopologyView, shard: string): WriteGrant {
  return { epoch: epochOf(view.document, shard), lease: view.lease };
}

/** A statement of a transaction, made when it is sent. */
export type Statement = (transaction: Transaction) => PendingQuery<readonly Row[]>;

/** What goes out with the commit, by transaction. */
const closing = new WeakMap<object, Statement[]>();

/**
 * Has a statement sent together with the commit of the transaction, in the order of the calls: what it
 * locks is held for as long as the database takes, not for a server's round trips, which are many
 * times longer when it is busy. Its failure is the transaction's.
 *
 * @param place `first` sends it before those that were given earlier
 */
export function withCommit(
  transaction: Queryable,
  statement: Statement,
  place: 'first' | 'last' = 'last',
): void {
  const statements = closing.get(transaction);
  if (statements === undefined) throw new Error('only a transaction behind the fence has a commit');
  if (place === 'last') statements.push(statement);
  else statements.unshift(statement);
}

export interface Work<T, Opened extends readonly Row[]> {
  /** Sent together with the look at the fence. */
  readonly open?: (transaction: Transaction) => PendingQuery<Opened>;
  readonly run: (transaction: Transaction, opened: Opened | undefined) => Promise<T>;
}

/**
 * Runs a write transaction behind the fence of its own database. The row is locked for share, so that
 * whoever fences waits for the transactions that are under way, and those that follow see the fence.
 *
 * @throws Overtaken where another epoch has the word; RequestError 503 `fenced` after the lease
 */
export async function inFence<T, Opened extends readonly Row[] = readonly Row[]>(
  sql: Sql,
  grant: WriteGrant,
  { open, run }: Work<T, Opened>,
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    grant.lease.demand();
    const sent: Promise<unknown>[] = [];
    try {
      const value = await sql.begin(async (transaction) => {
        const statements: Statement[] = [];
        closing.set(transaction, statements);
        const [fence, opened] = await Promise.all([
          share(transaction, grant.lease),
          open?.(transaction),
        ]);
        // A share lock that is then upgraded would deadlock with its like: ratchet outside, come again.
        if (fence.epoch < grant.epoch) throw new Behind();
        if (fence.epoch > grant.epoch || fence.state !== 'serving')
          throw new Overtaken(fence, grant);
        const result = await run(transaction, opened);
        grant.lease.demand();
        // The commit follows in the same turn; where one of them fails, the database rolls back.
        for (const statement of statements) sent.push(statement(transaction).execute());
        return { result };
      });
      await Promise.all(sent);
      if (grant.lease.leftMs <= 0) throw new Unconfirmed();
      return (value as { readonly result: T }).result;
    } catch (error) {
      await Promise.allSettled(sent);
      if (!(error instanceof Behind)) throw error;
      await ratchet(sql, grant.epoch);
    }
  }
  throw fenced('the epoch changes under this write');
}

/** The database has seen no epoch as late as ours yet. */
class Behind extends Error {}

/**
 * The database's own fence, and the lease as its time limit: it ends the transaction even where this
 * process stands still between its last look at the clock and the commit.
 */
async function share(transaction: Transaction, lease: Lease): Promise<Fence> {
  const left = `${Math.max(1, Math.floor(lease.leftMs))}ms`;
  const [row] = await transaction<{ epoch: string; state: Fence['state'] }[]>`
    select epoch, state, limit_transaction(${left}) from fence where id = 1 for share`;
  return toFence(row);
}

async function ratchet(sql: Queryable, epoch: number): Promise<void> {
  await sql`update fence set epoch = ${epoch}, state = 'serving' where id = 1 and epoch < ${epoch}`;
}

/** Closes the database to `epoch` and all before it; waits for the transactions that are under way. */
export async function closeFence(sql: Queryable, epoch: number): Promise<Fence> {
  await sql`update fence set epoch = ${epoch}, state = 'fenced' where id = 1 and epoch <= ${epoch}`;
  return await readFence(sql);
}

export async function readFence(sql: Queryable): Promise<Fence> {
  const [row] = await sql<{ epoch: string; state: Fence['state'] }[]>`
    select epoch, state from fence where id = 1`;
  return toFence(row);
}

function toFence(row: { readonly epoch: string; readonly state: Fence['state'] } | undefined) {
  if (row === undefined) throw new Error('the table `fence` has lost its row');
  return { epoch: Number(row.epoch), state: row.state };
}

function epochOf(document: TopologyDocument, shard: string): number {
  const location = document.shards[shard];
  if (location === undefined) throw new Error(`the topology document knows no shard ${shard}`);
  return location.epoch;
}
