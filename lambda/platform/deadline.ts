import { RequestError } from './errors';

/** Milliseconds for which whoever sends a request is going to wait for its answer. */
export const TIME_LEFT = 'x-meridian-time-left';

/** Longest that anybody waits: two attempts in another Region and the look at this Region's readers. */
export const LONGEST_MS = 15_000;

const RETRY_AFTER_SECONDS = 1;

/**
 * Until when an answer is waited for. It is passed on as the time that is left, so that clocks need not
 * agree; what begins after it would be work for nobody.
 *
 * @see https://sre.google/sre-book/addressing-cascading-failures/ (deadline propagation)
 */
export class Deadline {
  private readonly at: number;

  /** @param leftMs what the sender waits; it never lengthens {@link LONGEST_MS} */
  constructor(
    leftMs = LONGEST_MS,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.at = now() + Math.min(leftMs, LONGEST_MS);
  }

  /** Milliseconds, at least 0. */
  get leftMs(): number {
    return Math.max(0, this.at - this.now());
  }

  /** @throws RequestError 503 where nobody waits any more; nothing has been done */
  demand(): void {
    if (this.leftMs > 0) return;
    const errors = { deadline: ['nobody waits for the answer any more'] };
    throw new RequestError(503, errors, RETRY_AFTER_SECONDS);
  }
}
