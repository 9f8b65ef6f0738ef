import { toRequestError } from '../platform/errors';

/** One in so many heartbeats asks whether the session lives. */
const BEATS_PER_CHECK = 4;

/**
 * Ends a connection whose session is over: who has been let in would be told for as long as they listen. An outage
 * is no reason to end.
 *
 * @param demand throws a `RequestError` 401 where the session is over
 * @param over ends the connection
 * @returns to be called with each heartbeat
 */
export function watchSession(demand: () => Promise<unknown>, over: () => void): () => void {
  let beats = 0;
  return () => {
    beats += 1;
    if (beats % BEATS_PER_CHECK !== 0) return;
    demand().catch((error: unknown) => {
      if (toRequestError(error)?.status === 401) over();
    });
  };
}
