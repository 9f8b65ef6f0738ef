import { AwsError } from './aws';
import { Breaker } from './breaker';
import { UNREACHABLE, unavailable } from './errors';

/** Keeps requests from a table that does not answer, so that only the first of them waits for it. */
export class Guard {
  constructor(
    /** What cannot be had, as a client is told it. */
    private readonly what: string,
    private readonly breaker = new Breaker(),
  ) {}

  /** @throws RequestError 503 with `Retry-After` where the table does not answer */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (!this.breaker.admit()) throw unavailable(this.what, UNREACHABLE);
    try {
      const result = await call();
      this.breaker.succeeded();
      return result;
    } catch (error) {
      const lost = error instanceof AwsError && error.transient;
      if (!lost) {
        // It has answered.
        this.breaker.succeeded();
        throw error;
      }
      this.breaker.failed();
      throw unavailable(this.what, UNREACHABLE);
    }
  }
}
