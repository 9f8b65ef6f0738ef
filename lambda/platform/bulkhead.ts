import { Admission } from './admission';
import { overloaded } from './errors';

export interface BulkheadOptions {
  /** At once: the connections of a pool. */
  readonly size: number;
  /** That wait for their turn, at most: fewer where it takes longer than `targetMs`. */
  readonly queue: number;
  /** Longest wait, in milliseconds. */
  readonly waitMs: number;
  /** What takes longer on average, with the wait, has too long a queue. Milliseconds. @default 200 */
  readonly targetMs?: number;
}

export interface Turn {
  /** Somebody waits no longer than this, in milliseconds. @default for ever */
  readonly patienceMs?: number;
  /** Belongs to what has been let in before, here or elsewhere: it may wait, and is not refused at once. */
  readonly begun?: boolean;
}

const TARGET_MS = 200;

interface Waiter {
  readonly go: () => void;
}

/**
 * Keeps what goes to one dependency apart from all else: a shard that answers slowly has its own
 * places and its own short queue, and takes none of the others'.
 */
export class Bulkhead {
  private running = 0;
  /** Of the queue: at its least, there is none. */
  private readonly admission: Admission;
  private readonly waiting: Waiter[] = [];

  constructor(
    private readonly name: string,
    private readonly options: BulkheadOptions,
  ) {
    const { size, queue, targetMs = TARGET_MS } = options;
    const most = size + queue;
    this.admission = new Admission({ least: size, most, start: most, targetMs });
  }

  /** @throws RequestError 503 where there is no place, and none becomes free in time */
  async run<T>(work: () => Promise<T>, turn: Turn = {}): Promise<T> {
    const queued = this.admission.enter('write');
    if (queued === undefined && turn.begun !== true) throw overloaded(this.name);
    try {
      return await this.inTurn(work, turn);
    } finally {
      queued?.leave();
    }
  }

  private async inTurn<T>(work: () => Promise<T>, { patienceMs = Infinity }: Turn): Promise<T> {
    await this.enter(patienceMs);
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // The place goes to who waits longest, without a moment in which somebody else takes it.
      if (next === undefined) this.running -= 1;
      else next.go();
    }
  }

  private async enter(patienceMs: number): Promise<void> {
    const { size, waitMs } = this.options;
    if (this.running < size) {
      this.running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const waiter: Waiter = {
        go: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(
        () => {
          this.waiting.splice(this.waiting.indexOf(waiter), 1);
          reject(overloaded(this.name));
        },
        Math.min(waitMs, patienceMs),
      );
      this.waiting.push(waiter);
    });
  }
}

/** One for each name. */
export class Bulkheads {
  private readonly all = new Map<string, Bulkhead>();

  constructor(private readonly options: BulkheadOptions) {}

  run<T>(name: string, work: () => Promise<T>, turn?: Turn): Promise<T> {
    const bulkhead = this.all.get(name) ?? new Bulkhead(name, this.options);
    this.all.set(name, bulkhead);
    return bulkhead.run(work, turn);
  }
}
