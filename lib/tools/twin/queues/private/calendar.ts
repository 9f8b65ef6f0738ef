import type { Due } from './due';

/** However much time is compressed, in milliseconds. */
const SHORTEST_MS = 1_000;

/** How long to wait for the next time of a schedule, on a calendar that runs faster than this machine's. */
export class Calendar {
  /** Due last, on that calendar; a call that took longer than a period has left those out. */
  private last: number;

  /** @param clock when the calendar begins: it shows this machine's date then */
  public constructor(
    private readonly times: Due,
    private readonly clock: { readonly timeScale: number; readonly from: number },
  ) {
    this.last = clock.from;
  }

  /**
   * @param now of this machine, in milliseconds since 1970
   * @returns milliseconds of this machine, a second at least; undefined where it is never due again
   */
  public wait(now = Date.now()): number | undefined {
    const { timeScale, from } = this.clock;
    const shown = from + (now - from) * timeScale;
    // A timer that rang early does not ring twice for one time.
    const due = this.times.next(Math.max(shown, this.last));
    if (due === undefined) return undefined;
    const ms = Math.max(SHORTEST_MS, (due - shown) / timeScale);
    // What is too far for one timer is asked for again.
    if (ms < 2 ** 31) this.last = due;
    return ms;
  }
}
