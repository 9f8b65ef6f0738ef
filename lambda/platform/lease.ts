import { fenced } from './errors';
import type { Stopwatch } from './stopwatch';

/**
 * For how long one reading of the topology document may be written by. It begins with the look-up, not
 * with its answer: whoever changes the document and waits one lease knows that nobody writes by the
 * old one any more.
 */
export class Lease {
  constructor(
    private readonly age: Stopwatch,
    private readonly lengthMs: number,
  ) {}

  /** Milliseconds; not above zero once it has run out. */
  get leftMs(): number {
    return this.lengthMs - this.age();
  }

  /** @throws RequestError 503 `fenced` once it has run out */
  demand(): void {
    if (this.leftMs <= 0) throw fenced('the lease on the topology document has run out');
  }
}
