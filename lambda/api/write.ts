import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { recordKey } from '../data/idempotency';
import type { Domain } from '../platform/databases';
import type { Deadline } from '../platform/deadline';
import { unavailable } from '../platform/errors';
import { Overtaken } from '../platform/fence';
import { type ForwardedReply, IDEMPOTENCY_KEY } from '../platform/forward';
import { type Id, logicalShardOf } from '../platform/ids';
import { type Decision, decideWrite } from '../platform/ownership';
import type { TopologyView } from '../platform/topology-store';
import { type ShardLocation, shardOf, type TopologyDocument } from '../topology';
import { onlyWaits } from './admit';
import type { Dependencies } from './dependencies';
import type { Incoming } from './incoming';
import { type Freshness, LONGEST_WAIT_MS, waitUntilVisible } from './visibility';

/** Who wrote, where another Region did; and whether it can be read here yet. */
export const WRITTEN_BY = 'x-meridian-written-by';
export const FRESHNESS = 'x-meridian-freshness';

/** What a write did, as the owner tells it to the Region where it entered. Plain JSON. */
export interface Effect<Core> {
  readonly core: Core;
  /** Scopes of the cache that it makes void. */
  readonly touched: readonly string[];
}

/** One write of the public contract. */
export interface Write<Core> {
  readonly status: 200 | 201 | 204;
  /** The Region that owns it, and whether it may be written. */
  readonly place: (document: TopologyDocument) => Pick<ShardLocation, 'home' | 'state'>;
  /** Does it here, behind the fence. */
  readonly execute: (view: TopologyView) => Promise<Effect<Core>>;
  /** Where its idempotency record stands, if that alone tells whether a reader has the write. */
  readonly recorded?: { readonly owner: Id; readonly subject: Id; readonly domain: Domain };
  /** Whether this Region's readers show what was done; asked where no record can tell. */
  readonly isVisible: (core: Core, document: TopologyDocument) => Promise<boolean>;
  /**
   * The answer's body, made in the Region where the write entered, once its readers show it: what it
   * says of others is what the next read says.
   */
  readonly present: (core: Core, document: TopologyDocument) => object | Promise<object>;
}

/** Executes a write that is ours, sends one on that is not, and waits until it can be read here. */
export async function performWrite<Core>(
  context: Context,
  deps: Dependencies,
  incoming: Incoming,
  write: Write<Core>,
): Promise<Response> {
  try {
    return await attempt(context, deps, incoming, write);
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    // Nothing was written, and the database knows of a document that we have not read.
    await deps.topology.recheck();
    return await attempt(context, deps, incoming, write);
  }
}

async function attempt<Core>(
  context: Context,
  deps: Dependencies,
  incoming: Incoming,
  write: Write<Core>,
): Promise<Response> {
  const { deadline } = incoming;
  const forwarded = incoming.forwardedBy !== undefined;
  const { view, decision } = await decide(deps, forwarded, write);
  if (decision.kind === 'refuse') throw unavailable(decision.code, decision.reason);
  if (decision.kind === 'forward') {
    // Told to the client, so that it can repeat a write whose answer was lost.
    const idempotencyKey = incoming.idempotencyKey ?? randomUUID();
    onlyWaits(context);
    const keyed = { ...incoming, idempotencyKey };
    const shard = shardOfRecord(write, view.document);
    const reply = await forward(context, deps, keyed, { home: decision.home, shard });
    if (reply.status !== 200) return passOn(context, reply);
    const effect = JSON.parse(reply.body) as Effect<Core>;
    return await finish(context, deps, { view, write, effect, idempotencyKey, deadline });
  }
  const effect = await write.execute(view);
  const { idempotencyKey } = incoming;
  if (!forwarded)
    return await finish(context, deps, { view, write, effect, idempotencyKey, deadline });
  // The peer's own readers are the ones that matter, and it waits for them.
  await makeVoid(deps, effect.touched);
  return context.json(effect, 200);
}

/** A refusal may rest on a document that has been replaced since: looks again before it is given. */
async function decide(
  deps: Dependencies,
  forwarded: boolean,
  { place }: Pick<Write<unknown>, 'place'>,
): Promise<{ readonly view: TopologyView; readonly decision: Decision }> {
  const by = (view: TopologyView) => {
    const { home, state } = place(view.document);
    const leaseLeftMs = view.lease.leftMs;
    return decideWrite({ region: deps.region, home, state, forwarded, leaseLeftMs });
  };
  const view = await deps.topology.current();
  const decision = by(view);
  if (decision.kind !== 'refuse') return { view, decision };
  const newer = await deps.topology.recheck();
  return { view: newer, decision: by(newer) };
}

/** A write that has been done. */
interface Done<Core> {
  readonly view: TopologyView;
  readonly write: Write<Core>;
  readonly effect: Effect<Core>;
  readonly idempotencyKey: string | undefined;
  readonly deadline: Deadline;
}

/** Readers first, then the cache: what it loads from now on has the write in it. Then the answer. */
async function finish<Core>(
  context: Context,
  deps: Dependencies,
  done: Done<Core>,
): Promise<Response> {
  onlyWaits(context);
  const freshness = await visibility(deps, done);
  const {
    view: { document },
    write,
    effect: { core, touched },
  } = done;
  const invalidated = await makeVoid(deps, touched);
  context.header(FRESHNESS, (invalidated ? freshness : 'pending') satisfies Freshness);
  const notedAt = performance.now();
  const body = await write.present(core, document);
  if (touched.length > 0) await deps.changes.settled(notedAt);
  if (write.status === 204) return context.body(null, 204);
  return context.json(body, write.status);
}

/** The entries first: whoever then sees that something has changed finds none of the old ones. */
async function makeVoid(deps: Dependencies, touched: readonly string[]): Promise<boolean> {
  const done = await deps.cache.invalidate(touched);
  return (touched.length === 0 || (await deps.changes.note())) && done;
}

/** Asks once for many writes where a record tells; at the home, a reader that is the writer has it. */
async function visibility<Core>(
  deps: Dependencies,
  { view: { document }, write, effect: { core }, idempotencyKey: key, deadline }: Done<Core>,
): Promise<Freshness> {
  const { recorded } = write;
  const longestMs = Math.min(LONGEST_WAIT_MS, deadline.leftMs);
  const shown = () => waitUntilVisible(() => write.isVisible(core, document), longestMs);
  if (recorded === undefined) return await shown();
  const { owner, domain, subject } = recorded;
  const shard = shardOf(document, logicalShardOf(owner)).location;
  if (shard.home === deps.region && deps.databases.readsWriter(shard, domain)) return 'visible';
  const recordIsHere = key !== undefined && deps.databases.holds(shard, domain);
  if (!recordIsHere) return await shown();
  const mark = { shard, domain, key: recordKey(subject, key) };
  return (await deps.arrivals.seen(mark, longestMs)) ? 'visible' : 'pending';
}

/** The empty text where the write is of no one shard. */
function shardOfRecord(
  { recorded }: Pick<Write<never>, 'recorded'>,
  document: TopologyDocument,
): string {
  return recorded === undefined ? '' : shardOf(document, logicalShardOf(recorded.owner)).name;
}

async function forward(
  context: Context,
  deps: Dependencies,
  incoming: Incoming & { readonly idempotencyKey: string },
  { home, shard }: { readonly home: string; readonly shard: string },
): Promise<ForwardedReply> {
  const { method, path, body, authorization, idempotencyKey, deadline, trace } = incoming;
  context.header(IDEMPOTENCY_KEY, idempotencyKey);
  const write = { method, path, body, authorization, idempotencyKey };
  const reply = await deps.forwarder.send(home, write, { deadline, shard, trace });
  context.header(WRITTEN_BY, reply.writtenBy);
  return reply;
}

function passOn(context: Context, reply: ForwardedReply): Response {
  if (reply.retryAfter !== undefined) context.header('retry-after', reply.retryAfter);
  context.header('content-type', 'application/json');
  return context.body(reply.body, reply.status as ContentfulStatusCode);
}
