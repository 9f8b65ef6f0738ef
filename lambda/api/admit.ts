import type { Context, MiddlewareHandler } from 'hono';
import type { Admission, Place, Priority } from '../platform/admission';
import { overloaded, RequestError } from '../platform/errors';
import type { Log, LogLevel } from '../platform/log';

const PLACE = 'place';
const REFUSED = 'refused';
const READS = new Set(['GET', 'HEAD']);
/** What clients ask for again and again by themselves. */
const REFRESHED = new Set(['/api/articles/feed', '/api/stream', '/api/stream/poll']);

const POLL = '/api/stream/poll';

/**
 * Refuses at once what would be too much: feeds that are refreshed first, then reads, then writes;
 * health checks and what carries out a failover never. A body is read before a place is taken, so that
 * whoever sends slowly takes none, and does not count as slow work.
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
    const refused = () => {
      context.set(REFUSED, true);
      return refuse(context, overloaded('server'));
    };
    if (priority === 'write') {
      if (!admission.hasRoom(priority)) return refused();
      if (!(await isComplete(context)))
        return refuse(context, new RequestError(400, { body: ['has no end'] }));
    }
    const place = admission.enter(priority);
    if (place === undefined) return refused();
    context.set(PLACE, place);
    // A poll waits for what is to come.
    if (context.req.path === POLL) place.leave();
    try {
      await next();
    } finally {
      place.leave();
    }
    return undefined;
  };
}

/** Reads the body to its end; what follows finds it read. */
async function isComplete({ req }: Context): Promise<boolean> {
  try {
    await req.text();
    return true;
  } catch {
    return false;
  }
}

/** Whether it was refused: then a line in the log would cost as much as the refusal. */
export function wasRefused(context: Context): boolean {
  return context.get(REFUSED) === true;
}

/** What follows is waiting for others: it takes nothing of this process. */
export function onlyWaits(context: Context): void {
  placedIn(context).place?.leave();
}

/** The place of a request that has been admitted. */
export function placedIn(context: Context): { readonly place?: Place } {
  const place = context.get(PLACE) as Place | undefined;
  return place === undefined ? {} : { place };
}

export function priorityOf(method: string, path: string): Priority | undefined {
  if (!path.startsWith('/api/') || method === 'OPTIONS') return undefined;
  if (!READS.has(method)) return 'write';
  return REFRESHED.has(path) ? 'refresh' : 'read';
}

/** What is told in one line a second, with how many there were. */
export class Tally {
  private count = 0;

  constructor(
    private readonly log: Log,
    private readonly level: LogLevel,
    private readonly message: string,
  ) {}

  note(): void {
    this.count += 1;
    if (this.count > 1) return;
    setTimeout(() => {
      this.log(this.level, this.message, { count: this.count });
      this.count = 0;
    }, 1_000).unref();
  }
}
