import { Limit, type LimitOptions } from './limit';
import type { Processor } from './processor';

/** Ordered: when there is not enough for all, what comes later here is refused first. */
export type Priority = 'write' | 'read' | 'refresh';

/** Part of the limit up to which a kind is admitted: the rest is there for what matters more. */
const PART: Readonly<Record<Priority, number>> = { write: 1, read: 0.8, refresh: 0.6 };

export interface AdmissionOptions extends LimitOptions {
  /** Monotonic milliseconds. @default the process's own clock */
  readonly now?: () => number;
  /** Of a process whose requests wait for others: whether they wait for it. @default they do not */
  readonly processor?: Pick<Processor, 'isBusy'>;
}

/**
 * Of a server: ten times what a request takes of it without its databases, a fraction of what clients wait. What
 * it waits for apart does not count.
 */
export const OF_A_SERVER: LimitOptions = { least: 8, most: 256, start: 32, targetMs: 200 };

/**
 * Of a server whose processor is what all wait for, with what it waits for apart: more at once would not be done
 * sooner, and fewer than may wait for one shard are refused before anything is done for them.
 */
const OF_A_BUSY: LimitOptions = { least: 8, most: 48, start: 32, targetMs: 200 };

/** Of what is sent to another Region: it says by itself when it has enough; what waits is a link's. */
export const OF_A_PEER: LimitOptions = { least: 4, most: 512, start: 64, targetMs: 2_000 };

/** What a place says to the admission that gave it. */
interface Giver {
  readonly now: () => number;
  readonly take: () => void;
  readonly free: () => void;
  /** Milliseconds of work, without what was waited apart and with it. */
  readonly observe: (ms: number, wholeMs: number) => void;
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
    const wholeMs = now() - this.began;
    observe(wholeMs - this.waitedMs, wholeMs);
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
 * How many requests a process works on at once: as many as it can without each taking ever longer. What is
 * beyond the limit is refused at once, which costs next to nothing: under a multiple of the load that it can
 * bear, a server goes on doing what it can.
 *
 * Where the processor is what all wait for, their databases have answered long before anybody looks: then those
 * that wait apart are counted as well, by a limit of their own. It follows the quickest of a window, which
 * tells a process that has too much to do from a shard that is slow (as CoDel tells a standing queue).
 *
 * @see https://aws.amazon.com/builders-library/using-load-shedding-to-avoid-overload/
 * @see https://www.rfc-editor.org/rfc/rfc8289
 */
export class Admission {
  private readonly now: () => number;
  private readonly processor: Pick<Processor, 'isBusy'> | undefined;
  private readonly working: Limit;
  private readonly all: Limit;
  private running = 0;
  /** With those that wait apart. */
  private entered = 0;

  constructor({ now = () => performance.now(), processor, ...options }: AdmissionOptions) {
    this.now = now;
    this.processor = processor;
    this.working = new Limit(options, now);
    this.all = new Limit(OF_A_BUSY, now, 'quickest');
  }

  get limit(): number {
    return this.working.value;
  }

  get inFlight(): number {
    return this.running;
  }

  /** Whether the processor is what all wait for. */
  get isBusy(): boolean {
    return this.processor?.isBusy === true;
  }

  /** Where the work is admitted. */
  enter(priority: Priority): Place | undefined {
    if (this.refuses(priority)) return undefined;
    this.entered += 1;
    this.take();
    return new Place({
      now: this.now,
      take: () => {
        this.take();
      },
      free: () => {
        this.running -= 1;
      },
      observe: (ms, wholeMs) => {
        this.entered -= 1;
        this.working.observe(ms, this.running);
        this.all.observe(wholeMs, this.entered);
      },
    });
  }

  /** Whether one that matters as much would be admitted now. */
  hasRoom(priority: Priority): boolean {
    if (this.running >= placesOf(this.working, priority)) return false;
    return this.entered < placesOf(this.all, priority) || !this.isBusy;
  }

  /** Whether one that has come would be refused: it counts as one that has been. */
  refuses(priority: Priority): boolean {
    if (this.hasRoom(priority)) return false;
    this.note();
    return true;
  }

  /** What was asked is itself at its limit: the same as a slow window, at most once in a window. */
  refused(): void {
    this.working.shrink(this.running);
  }

  private take(): void {
    this.running += 1;
    this.note();
  }

  private note(): void {
    this.working.note(this.running);
    this.all.note(this.entered);
  }
}

function placesOf({ value }: Limit, priority: Priority): number {
  return Math.max(1, Math.floor(value * PART[priority]));
}
