/** One retry for so many requests, beyond those that are saved up. */
const REQUESTS_PER_RETRY = 10;
const MOST_SAVED = 10;

/**
 * Bounds what retries add to the load of a dependency that fails: a tenth, whatever the number of
 * attempts that one request may make.
 *
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export class RetryBudget {
  /** In parts of a retry, so that sums stay exact. */
  private saved: number;

  /** @param mostSaved retries for which requests that went well are saved up */
  constructor(private readonly mostSaved = MOST_SAVED) {
    this.saved = mostSaved * REQUESTS_PER_RETRY;
  }

  /** Call for each request, not for its retries. */
  request(): void {
    this.saved = Math.min(this.saved + 1, this.mostSaved * REQUESTS_PER_RETRY);
  }

  /** Whether a retry may be made. */
  take(): boolean {
    if (this.saved < REQUESTS_PER_RETRY) return false;
    this.saved -= REQUESTS_PER_RETRY;
    return true;
  }
}
