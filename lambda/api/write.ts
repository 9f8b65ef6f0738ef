import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { unavailable } from '../platform/errors';
import { type ForwardedReply, IDEMPOTENCY_KEY } from '../platform/forward';
import { decideWrite } from '../platform/ownership';
import type { ShardLocation } from '../topology';
import type { Dependencies } from './dependencies';
import type { Incoming } from './incoming';
import { waitUntilVisible } from './visibility';

/** Who wrote, where another Region did; and whether it can be read here yet. */
export const WRITTEN_BY = 'x-meridian-written-by';
export const FRESHNESS = 'x-meridian-freshness';

/** One write of the public contract. */
export interface Write<Body extends object> {
  /** The Region that owns it. */
  readonly home: string;
  readonly state: ShardLocation['state'];
  readonly topologyAgeMs: number;
  /** Does it here, and gives the answer's body. */
  readonly execute: () => Promise<Body>;
  /** Whether this Region's readers show what the answer tells of. */
  readonly isVisible: (body: Body) => Promise<boolean>;
}

/** Executes a write that is ours, sends one on that is not, and waits until it can be read here. */
export async function performWrite<Body extends object>(
  context: Context,
  deps: Dependencies,
  incoming: Incoming,
  write: Write<Body>,
): Promise<Response> {
  const forwarded = incoming.forwardedBy !== undefined;
  const decision = decideWrite({ ...write, region: deps.region, forwarded });
  if (decision.kind === 'refuse') throw unavailable('write', decision.reason);
  if (decision.kind === 'forward') {
    const reply = await forward(context, deps, incoming, decision.home);
    if (reply.status !== 201) return passOn(context, reply);
    const body = JSON.parse(reply.body) as Body;
    context.header(FRESHNESS, await waitUntilVisible(() => write.isVisible(body)));
    return passOn(context, reply);
  }
  const body = await write.execute();
  // Where a peer sent it, that peer's own readers are the ones that matter, and it waits for them.
  if (!forwarded) context.header(FRESHNESS, await waitUntilVisible(() => write.isVisible(body)));
  return context.json(body, 201);
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
