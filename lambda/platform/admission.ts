/** Ordered: when there is not enough for all, what comes later here is refused first. */
export type Priority = 'write' | 'read' | 'refresh';

/** Part of the limit up to which a kind is admitted: the rest is there for what matters more. */
const PART: Readonly<Record<Priority, number>> = { write: 1, read: 0.8, refresh: 0.6 };

export interface AdmissionOptions {
  /** Requests at once; within these bounds the limit moves. */
  readonly least: number;
  readonly most: number;
  readonly start: number;
  /** What takes longer on average, without waiting for others, is too much at once. Milliseconds. */
  readonly targetMs: number;
  /** Monotonic milliseconds. @default the process's own clock */
  readonly now?: () => number;
}

/** Of a server: 200 ms are ten times what a request takes, and a fraction of what clients wait. */
export const OF_A_SERVER: AdmissionOptions = { least: 8, most: 256, start: 32, targetMs: 200 };

/** Of what is sent to another Region: it says by itself when it has enough; what waits is a link's. */
export const OF_A_PEER: AdmissionOptions = { least: 4, most: 512, start: 64, targetMs: 2_000 };

const WINDOW_MS = 100;
const FEWEST_SAMPLES = 4;
const SHRINK = 0.85;

/**
 * How many requests a process works on at once: as many as it can without each taking ever longer.
 * Grows by one where a window was full and quick, shrinks by a part where it was slow (additive
 * increase, multiplicative decrease, as TCP's congestion control). What is beyond the limit is refused
 * at once, which costs next to nothing: under a multiple of the load that it can bear, a server goes on
 * doing what it can.
 *
 * @see https://aws.amazon.com/builders-library/using-load-shedding-to-avoid-overload/
 */
export class Admission {
  private readonly now: () => number;
  private current: number;
  private running = 0;
  /** Most at once in this window. */
  private peak = 0;
  private sum = 0;
  private count = 0;
  private since: number;

  constructor(private readonly options: AdmissionOptions) {
    this.now = options.now ?? (() => performance.now());
    this.current = options.start;
    this.since = this.now();
  }

  get limit(): number {
    return Math.floor(this.current);
  }

  get inFlight(): number {
    return this.running;
  }

  /** What ends the work, where it is admitted; may be called twice. */
  enter(priority: Priority): (() => void) | undefined {
    if (this.running >= Math.max(1, Math.floor(this.limit * PART[priority]))) {
      this.peak = Math.max(this.peak, this.running);
      return undefined;
    }
    this.running += 1;
    this.peak = Math.max(this.peak, this.running);
    const began = this.now();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.running -= 1;
      this.observe(this.now() - began);
    };
  }

  /** What was asked is itself at its limit: the same as a slow window, at most once in a window. */
  refused(): void {
    if (this.now() - this.since < WINDOW_MS) return;
    this.move(this.current * SHRINK);
  }

  private observe(tookMs: number): void {
    this.sum += tookMs;
    this.count += 1;
    if (this.now() - this.since < WINDOW_MS || this.count < FEWEST_SAMPLES) return;
    const slow = this.sum / this.count > this.options.targetMs;
    // A limit that nobody comes near says nothing of what can be borne.
    const full = this.peak >= this.limit * PART.refresh;
    this.move(slow ? this.current * SHRINK : full ? this.current + 1 : this.current);
  }

  private move(next: number): void {
    const { least, most } = this.options;
    this.current = Math.min(Math.max(next, least), most);
    this.sum = this.count = 0;
    this.peak = this.running;
    this.since = this.now();
  }
}
