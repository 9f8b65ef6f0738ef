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

/**
 * Runs a write transaction behind the fence of its own database. The row is locked for share, so that
 * whoever fences waits for the transactions that are under way, and those that follow see the fence.
 *
 * @throws Overtaken where another epoch has the word; RequestError 503 `fenced` after the lease
 */
export async function inFence<T>(
  sql: Sql,
  grant: WriteGrant,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    grant.lease.demand();
    const outcome = await sql.begin(async (transaction): Promise<Outcome<T>> => {
      const fence = await share(transaction, grant.lease);
      // A share lock that is then upgraded would deadlock with its like: ratchet outside, come again.
      if (fence.epoch < grant.epoch) return { behind: true };
      if (fence.epoch > grant.epoch || fence.state !== 'serving') throw new Overtaken(fence, grant);
      const value = await work(transaction);
      grant.lease.demand();
      return { behind: false, value };
    });
    if (outcome.behind) await ratchet(sql, grant.epoch);
    else if (grant.lease.leftMs <= 0) throw new Unconfirmed();
    else return outcome.value;
  }
  throw fenced('the epoch changes under this write');
}

type Outcome<T> = { readonly behind: true } | { readonly behind: false; readonly value: T };

/**
 * The database's own fence, and the lease as its time limit: it ends the transaction even where this
 * process stands still between its last look at the clock and the commit. `transaction_timeout` came
 * with PostgreSQL 17; before it, only the pauses are bounded.
 */
async function share(transaction: Transaction, lease: Lease): Promise<Fence> {
  const left = `${Math.max(1, Math.floor(lease.leftMs))}ms`;
  const [row] = await transaction<{ epoch: string; state: Fence['state'] }[]>`
    select epoch, state,
      set_config('idle_in_transaction_session_timeout', ${left}, true),
      case when current_setting('transaction_timeout', true) is not null
        then set_config('transaction_timeout', ${left}, true) end
    from fence where id = 1 for share`;
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
