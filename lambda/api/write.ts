import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { unavailable } from '../platform/errors';
import { Overtaken } from '../platform/fence';
import { type ForwardedReply, IDEMPOTENCY_KEY } from '../platform/forward';
import { type Decision, decideWrite } from '../platform/ownership';
import type { TopologyView } from '../platform/topology-store';
import type { ShardLocation, TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import type { Incoming } from './incoming';
import { type Freshness, waitUntilVisible } from './visibility';

/** Who wrote, where another Region did; and whether it can be read here yet. */
export const WRITTEN_BY = 'x-meridian-written-by';
export const FRESHNESS = 'x-meridian-freshness';

/** One write of the public contract. */
export interface Write<Body extends object> {
  /** The Region that owns it, and whether it may be written. */
  readonly place: (document: TopologyDocument) => Pick<ShardLocation, 'home' | 'state'>;
  /** Does it here, behind the fence, and gives the answer's body. */
  readonly execute: (view: TopologyView) => Promise<Body>;
  /** Whether this Region's readers show what the answer tells of. */
  readonly isVisible: (body: Body, document: TopologyDocument) => Promise<boolean>;
  /** Scopes of the cache that it makes void. */
  readonly touched: (body: Body) => readonly string[];
}

/** Executes a write that is ours, sends one on that is not, and waits until it can be read here. */
export async function performWrite<Body extends object>(
  context: Context,
  deps: Dependencies,
  incoming: Incoming,
  write: Write<Body>,
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

async function attempt<Body extends object>(
  context: Context,
  deps: Dependencies,
  incoming: Incoming,
  write: Write<Body>,
): Promise<Response> {
  const forwarded = incoming.forwardedBy !== undefined;
  const { view, decision } = await decide(deps, forwarded, write);
  if (decision.kind === 'refuse') throw unavailable(decision.code, decision.reason);
  if (decision.kind === 'forward') {
    const reply = await forward(context, deps, incoming, decision.home);
    if (reply.status !== 201) return passOn(context, reply);
    const body = JSON.parse(reply.body) as Body;
    context.header(FRESHNESS, await settle(deps, view, write, body));
    return passOn(context, reply);
  }
  const body = await write.execute(view);
  // Where a peer sent it, that peer's own readers are the ones that matter, and it waits for them.
  if (forwarded) await deps.cache.invalidate(write.touched(body));
  else context.header(FRESHNESS, await settle(deps, view, write, body));
  return context.json(body, 201);
}

/** A refusal may rest on a document that has been replaced since: looks again before it is given. */
async function decide(
  deps: Dependencies,
  forwarded: boolean,
  { place }: Pick<Write<object>, 'place'>,
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

/** Readers first, then the cache: what it loads from now on has the write in it. */
async function settle<Body extends object>(
  deps: Dependencies,
  { document }: TopologyView,
  write: Write<Body>,
  body: Body,
): Promise<Freshness> {
  const freshness = await waitUntilVisible(() => write.isVisible(body, document));
  const invalidated = await deps.cache.invalidate(write.touched(body));
  return invalidated ? freshness : 'pending';
}

async function forward(
  context: Context,
  deps: Dependencies,
  incoming: Incoming,
  home: string,
): Promise<ForwardedReply> {
  const { method, path, body, authorization } = incoming;
  // Told to the client, so that it can repeat a write whose answer was lost.
  const idempotencyKey = incoming.idempotencyKey ?? randomUUID();
  context.header(IDEMPOTENCY_KEY, idempotencyKey);
  const write = { method, path, body, authorization, idempotencyKey };
  const reply = await deps.forwarder.send(home, write);
  context.header(WRITTEN_BY, reply.writtenBy);
  return reply;
}

function passOn(context: Context, reply: ForwardedReply): Response {
  if (reply.retryAfter !== undefined) context.header('retry-after', reply.retryAfter);
  context.header('content-type', 'application/json');
  return context.body(reply.body, reply.status as ContentfulStatusCode);
}
