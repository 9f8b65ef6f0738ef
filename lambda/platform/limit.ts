export interface LimitOptions {
  /** At once; within these bounds the limit moves. */
  readonly least: number;
  readonly most: number;
  readonly start: number;
  /** What takes longer is too much at once. Milliseconds. */
  readonly targetMs: number;
}

/** Of those that a window has seen: all of them alike, or the one that was quickest. */
export type Measure = 'mean' | 'quickest';

const WINDOW_MS = 100;
const FEWEST_SAMPLES = 4;
const SHRINK = 0.85;
/** Part of the limit above which it is used. */
const USED = 0.6;

/**
 * A number that grows by one where a window of time was full and quick, and shrinks by a part where it was slow
 * (additive increase, multiplicative decrease, as TCP's congestion control).
 */
export class Limit {
  private current: number;
  /** Most at once in this window. */
  private peak = 0;
  private sum = 0;
  private quickest = Infinity;
  private count = 0;
  private since: number;

  constructor(
    private readonly options: LimitOptions,
    private readonly now: () => number,
    private readonly by: Measure = 'mean',
  ) {
    this.current = options.start;
    this.since = now();
  }

  get value(): number {
    return Math.floor(this.current);
  }

  /** So many are at work. */
  note(running: number): void {
    this.peak = Math.max(this.peak, running);
  }

  /** One has ended, and left so many. */
  observe(tookMs: number, running: number): void {
    this.sum += tookMs;
    this.quickest = Math.min(this.quickest, tookMs);
    this.count += 1;
    if (this.now() - this.since < WINDOW_MS || this.count < FEWEST_SAMPLES) return;
    const took = this.by === 'mean' ? this.sum / this.count : this.quickest;
    // A limit that nobody comes near says nothing of what can be borne.
    const full = this.peak >= this.value * USED;
    if (took > this.options.targetMs) this.move(this.current * SHRINK, running);
    else this.move(full ? this.current + 1 : this.current, running);
  }

  /** As a slow window, at most once in a window. */
  shrink(running: number): void {
    if (this.now() - this.since >= WINDOW_MS) this.move(this.current * SHRINK, running);
  }

  private move(next: number, running: number): void {
    const { least, most } = this.options;
    this.current = Math.min(Math.max(next, least), most);
    this.sum = this.count = 0;
    this.quickest = Infinity;
    this.peak = running;
    this.since = this.now();
  }
}
