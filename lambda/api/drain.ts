import type { Server } from 'node:http';
import type { Lifecycle } from './lifecycle';

/** Idle connections are kept longer than a load balancer keeps them (60 s), so that it closes first. */
const KEEP_ALIVE_MS = 65_000;
const POLL_MS = 50;
/** Whoever takes longer to send one request, head and body, is answered 408 and cut off. */
const REQUEST_MS = 90_000;
/** How often Node looks for those. */
export const CHECKED_EACH_MS = 5_000;

export interface DrainOptions {
  /** Longest time in which new requests are still taken, while the load balancer looks away. */
  readonly graceMs: number;
  /** Longest time until the last connection is closed, from the beginning of the drain. */
  readonly deadlineMs: number;
}

/**
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
 */
export function keepAlive(server: Server): void {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Node counts the time between two requests towards this one as well.
  server.headersTimeout = KEEP_ALIVE_MS + 1_000;
  server.requestTimeout = REQUEST_MS;
}

/**
 * Ends a server without breaking a request: first `/readyz` says no and every answer asks to close its
 * connection; when the grace is over, or nobody is connected, it takes no more; what is still running
 * at the deadline is cut off. Resolves to whether all requests came to their end.
 */
export async function drain(
  server: Server,
  lifecycle: Lifecycle,
  { graceMs, deadlineMs }: DrainOptions,
): Promise<boolean> {
  const began = performance.now();
  const left = (until: number) => Math.max(0, until - (performance.now() - began));
  lifecycle.drain();
  server.prependListener('request', (_request, response) => {
    response.setHeader('connection', 'close');
  });
  while (left(graceMs) > 0 && (await connections(server)) > 0) await pause(POLL_MS);
  const state = { closed: false };
  server.close(() => {
    state.closed = true;
  });
  // Requests that began before the drain leave their connections open when they end.
  while (!state.closed && left(deadlineMs) > 0) {
    server.closeIdleConnections();
    await pause(POLL_MS);
  }
  if (!state.closed) server.closeAllConnections();
  return state.closed;
}

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
