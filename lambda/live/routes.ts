import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import type { Dependencies } from '../api/dependencies';
import { readingViewer } from '../api/incoming';
import { invalid, unavailable } from '../platform/errors';
import type { Id } from '../platform/ids';
import { parseCursor } from './cursor';
import { EventStream } from './event-stream';
import type { FeedHub } from './hub';
import { Polled } from './polled';

const LONGEST_POLL_SECONDS = 25;

/**
 * The feed as it happens: `GET /api/stream` as server-sent events, `GET /api/stream/poll` for one answer
 * that waits. A function, which serves one request at a time, sends to the servers instead.
 */
export function liveRoutes(app: Hono, deps: Dependencies, hub: FeedHub | undefined): void {
  const demandHub = () => {
    if (hub === undefined) throw unavailable('stream', 'is served by servers, not by functions');
    return hub;
  };
  app.get('/api/stream', async (context) => {
    const viewer = await readingViewer(context, deps);
    return await stream(context, deps, demandHub(), viewer.userId);
  });
  app.get('/api/stream/poll', async (context) => {
    const viewer = await readingViewer(context, deps);
    return await poll(context, demandHub(), viewer.userId);
  });
}

async function stream(
  context: Context,
  deps: Dependencies,
  hub: FeedHub,
  viewerId: Id,
): Promise<Response> {
  const after = parseCursor(context.req.header('last-event-id') ?? context.req.query('after'));
  const out = new EventStream(hub.heartbeatMs, () => readingViewer(context, deps));
  context.req.raw.signal.addEventListener('abort', () => {
    out.end();
  });
  try {
    const subscription = await hub.subscribe(viewerId, after, (message) => {
      out.send(message);
    });
    out.belongTo(subscription);
  } catch (error) {
    out.end();
    throw error;
  }
  return context.body(out.body, 200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
}

async function poll(context: Context, hub: FeedHub, viewerId: Id): Promise<Response> {
  const { after: text, wait = '0' } = context.req.query();
  const seconds = /^\d{1,2}$/.test(wait) ? Number(wait) : NaN;
  if (!(seconds <= LONGEST_POLL_SECONDS))
    throw invalid({ wait: [`must be between 0 and ${LONGEST_POLL_SECONDS}`] });
  const after = parseCursor(text);
  const polled = new Polled(after);
  const subscription = await hub.subscribe(viewerId, after, polled.take);
  // Without a cursor there is nothing to wait for: the answer is where to begin.
  if (polled.events.length === 0 && after !== undefined)
    await firstOf(polled.something, 1_000 * seconds);
  subscription.close();
  context.header('cache-control', 'no-store');
  return context.json({ events: polled.events, cursor: polled.cursor });
}

async function firstOf(event: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([event, expiry]);
  clearTimeout(timer);
}
