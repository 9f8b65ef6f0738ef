import type { Context } from 'hono';
import { Deadline, LONGEST_MS, TIME_LEFT } from '../platform/deadline';
import { invalid, RequestError } from '../platform/errors';
import {
  FORWARD_SIGNATURE,
  FORWARDED_BY,
  IDEMPOTENCY_KEY,
  isSignedForward,
} from '../platform/forward';
import { WRITES } from '../platform/rate-limit';
import type { Token } from '../platform/token';
import type { Place } from '../platform/admission';
import type { Trace } from '../platform/trace';
import { placedIn } from './admit';
import type { Dependencies } from './dependencies';
import { tracedIn } from './tracing';

/** A request with a body, read once and kept as it came, so that it can be sent on. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** The header's value, empty where there is none. */
  readonly authorization: string;
  readonly idempotencyKey: string | undefined;
  /** The peer Region that sent this on, its signature verified. */
  readonly forwardedBy: string | undefined;
  /** Until when somebody waits for the answer. */
  readonly deadline: Deadline;
  /** Where it had to be admitted. */
  readonly place?: Place;
  /** Where requests are traced. */
  readonly trace?: Trace;
}

const PRINTABLE = /^[\x21-\x7e]{1,200}$/;

/** @throws RequestError 403 where a stranger claims to be a peer, 422 for an unusable key or time */
export async function readIncoming(context: Context, deps: Dependencies): Promise<Incoming> {
  const { req } = context;
  const deadline = deadlineOf(req.header(TIME_LEFT));
  const idempotencyKey = req.header(IDEMPOTENCY_KEY);
  if (idempotencyKey !== undefined && !PRINTABLE.test(idempotencyKey))
    throw invalid({ [IDEMPOTENCY_KEY]: ['must be 1 to 200 printable characters'] });
  const forwardedBy = req.header(FORWARDED_BY);
  const incoming: Incoming = {
    method: req.method,
    path: new URL(req.url).pathname,
    body: await req.text(),
    authorization: req.header('authorization') ?? '',
    idempotencyKey,
    forwardedBy,
    deadline,
    ...placedIn(context),
    ...tracedIn(context),
  };
  if (forwardedBy !== undefined)
    await demandPeer(incoming, forwardedBy, req.header(FORWARD_SIGNATURE) ?? '', deps);
  return incoming;
}

/** @throws RequestError 422 */
function deadlineOf(timeLeft: string | undefined): Deadline {
  if (timeLeft === undefined) return new Deadline();
  if (!/^\d{1,9}$/.test(timeLeft))
    throw invalid({ [TIME_LEFT]: [`must be whole milliseconds, ${LONGEST_MS} at most count`] });
  return new Deadline(Number(timeLeft));
}

/** A request that none but a peer, or whoever holds the signing secret, may make. */
export async function demandInternal(context: Context, deps: Dependencies): Promise<Incoming> {
  const incoming = await readIncoming(context, deps);
  if (incoming.forwardedBy === undefined)
    throw new RequestError(403, { forward: ['is not signed by a peer'] });
  return incoming;
}

async function demandPeer(
  incoming: Incoming,
  from: string,
  signature: string,
  deps: Dependencies,
): Promise<void> {
  const { method, path, body, authorization, idempotencyKey = '' } = incoming;
  const write = { from, to: deps.region, method, path, body, authorization, idempotencyKey };
  if (!isSignedForward(write, signature, await deps.signingKeys(), deps.now()))
    throw new RequestError(403, { forward: ['is not signed by a peer'] });
}

/** The JSON object of a body. @throws RequestError 422 */
export function parseObject(body: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw invalid({ body: ['is not valid JSON'] });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid({ body: ['must be an object'] });
  return value as Readonly<Record<string, unknown>>;
}

/** A live session and the text that proves it. */
export interface Viewer extends Token {
  readonly token: string;
}

/**
 * @param vouched a peer verified the session in its own Region
 * @throws RequestError 401
 */
export async function demandViewer(
  authorization: string,
  vouched: boolean,
  deps: Dependencies,
): Promise<Viewer> {
  if (authorization === '') throw new RequestError(401, { token: ['is missing'] });
  const token = /^(?:Token|Bearer) +(\S+)$/i.exec(authorization)?.[1];
  const session = token && (await deps.sessions.verify(token, vouched));
  if (token === undefined || !session) throw new RequestError(401, { token: ['is invalid'] });
  return { ...session, token };
}

/** A write's request and who makes it. @throws RequestError 401, 403, 422, 429 */
export async function startWrite(
  context: Context,
  deps: Dependencies,
): Promise<{ readonly incoming: Incoming; readonly viewer: Viewer }> {
  const incoming = await readIncoming(context, deps);
  const vouched = incoming.forwardedBy !== undefined;
  const viewer = await demandViewer(incoming.authorization, vouched, deps);
  // Counted where it entered.
  if (!vouched) await deps.limiter.demand(WRITES, viewer.userId);
  return { incoming, viewer };
}

/** Who reads, where the request says so. @throws RequestError 401 for a token that is none */
export async function optionalViewer(
  context: Context,
  deps: Dependencies,
): Promise<Viewer | undefined> {
  return await viewerOf(context.req.header('authorization') ?? '', deps);
}

/** As {@link optionalViewer}, of the header's value. @throws RequestError 401 for a token that is none */
export async function viewerOf(
  authorization: string,
  deps: Dependencies,
): Promise<Viewer | undefined> {
  return authorization === '' ? undefined : await demandViewer(authorization, false, deps);
}

/** Who reads what only they may. @throws RequestError 401 */
export async function readingViewer(context: Context, deps: Dependencies): Promise<Viewer> {
  return await demandViewer(context.req.header('authorization') ?? '', false, deps);
}
