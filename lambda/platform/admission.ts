/** Ordered: when there is not enough for all, what comes later here is refused first. */
export type Priority = 'write' | 'read' | 'refresh';

/** Part of the limit up to which a kind is admitted: the rest is there for what matters more. */
const PART: Readonly<Record<Priority, number>> = { write: 1, read: 0.8, refresh: 0.6 };

export interface AdmissionOptions {
  /** Requests at once; within these bounds the limit moves. */
  readonly least: number;
  readonly most: number;
  readonly start: number;
  /** What takes longer on average, without what it waited apart for, is too much at once. Milliseconds. */
  readonly targetMs: number;
  /** Monotonic milliseconds. @default the process's own clock */
  readonly now?: () => number;
}

/** Of a server: ten times what a request takes of it without its databases, a fraction of what clients wait. */
export const OF_A_SERVER: AdmissionOptions = { least: 8, most: 256, start: 32, targetMs: 200 };

/** Of what is sent to another Region: it says by itself when it has enough; what waits is a link's. */
export const OF_A_PEER: AdmissionOptions = { least: 4, most: 512, start: 64, targetMs: 2_000 };

const WINDOW_MS = 100;
const FEWEST_SAMPLES = 4;
const SHRINK = 0.85;

/** What a place says to the admission that gave it. */
interface Giver {
  readonly now: () => number;
  readonly take: () => void;
  readonly free: () => void;
  /** Milliseconds of work, without what was waited apart. */
  readonly observe: (ms: number) => void;
}

/** Does what waits for something that has places of its own. */
export type Apart = <T>(work: () => Promise<T>) => Promise<T>;

/** Of what has no place that others could take meanwhile. */
export const IN_PLACE: Apart = (work) => work();

/** One of the requests that a process works on at once. */
export class Place {
  private readonly began: number;
  private waits = 0;
  private waitsSince = 0;
  private waitedMs = 0;
  private ended = false;
  private worked = false;

  constructor(private readonly giver: Giver) {
    this.began = giver.now();
  }

  /** Whether something has been done for it that would have been in vain if it were refused now. */
  get begun(): boolean {
    return this.worked;
  }

  begin(): void {
    this.worked = true;
  }

  /** The work has ended, or takes nothing of this process any more; may be called twice. */
  leave(): void {
    if (this.ended) return;
    this.ended = true;
    const { now, free, observe } = this.giver;
    if (this.waits === 0) free();
    else this.waitedMs += now() - this.waitsSince;
    observe(now() - this.began - this.waitedMs);
  }

  /**
   * Waits for something that has places of its own: meanwhile this one is free for others, and the time
   * says nothing of this process. Afterwards it is taken again, whether or not there is room: what has
   * been begun is brought to its end.
   */
  readonly apart: Apart = async (work) => {
    if (this.ended) return await work();
    this.waits += 1;
    if (this.waits === 1) {
      this.waitsSince = this.giver.now();
      this.giver.free();
    }
    try {
      return await work();
    } finally {
      this.waits -= 1;
      this.comeBack();
    }
  };

  private comeBack(): void {
    if (this.waits > 0 || this.ended) return;
    this.waitedMs += this.giver.now() - this.waitsSince;
    this.giver.take();
  }
}

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

  /** Where the work is admitted. */
  enter(priority: Priority): Place | undefined {
    if (this.running >= Math.max(1, Math.floor(this.limit * PART[priority]))) {
      this.peak = Math.max(this.peak, this.running);
      return undefined;
    }
    this.take();
    return new Place({
      now: this.now,
      take: () => {
        this.take();
      },
      free: () => {
        this.running -= 1;
      },
      observe: (ms) => {
        this.observe(ms);
      },
    });
  }

  /** What was asked is itself at its limit: the same as a slow window, at most once in a window. */
  refused(): void {
    if (this.now() - this.since < WINDOW_MS) return;
    this.move(this.current * SHRINK);
  }

  private take(): void {
    this.running += 1;
    this.peak = Math.max(this.peak, this.running);
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
