import type { Context, MiddlewareHandler } from 'hono';
import type { Admission, Priority } from '../platform/admission';
import type { RequestError } from '../platform/errors';
import { overloaded } from '../platform/errors';

const RELEASE = 'admission';
const READS = new Set(['GET', 'HEAD']);
/** What clients ask for again and again by themselves. */
const REFRESHED = new Set(['/api/articles/feed', '/api/stream', '/api/stream/poll']);

const POLL = '/api/stream/poll';

/**
 * Refuses at once what would be too much: feeds that are refreshed first, then reads, then writes;
 * health checks and what carries out a failover never.
 */
export function admit(
  admission: Admission,
  refuse: (context: Context, error: RequestError) => Response,
): MiddlewareHandler {
  return async (context, next) => {
    const priority = priorityOf(context.req.method, context.req.path);
    if (priority === undefined) {
      await next();
      return undefined;
    }
    const release = admission.enter(priority);
    if (release === undefined) return refuse(context, overloaded('server'));
    context.set(RELEASE, release);
    // A poll waits for what is to come.
    if (context.req.path === POLL) release();
    try {
      await next();
    } finally {
      release();
    }
    return undefined;
  };
}

/** What follows is waiting for others: it takes nothing of this process. */
export function onlyWaits(context: Context): void {
  (context.get(RELEASE) as (() => void) | undefined)?.();
}

export function priorityOf(method: string, path: string): Priority | undefined {
  if (!path.startsWith('/api/') || method === 'OPTIONS') return undefined;
  if (!READS.has(method)) return 'write';
  return REFRESHED.has(path) ? 'refresh' : 'read';
}
