import { Admission } from './admission';
import { Breaker } from './breaker';
import { overloaded, type RequestError } from './errors';

export interface BulkheadOptions {
  /** At once: the connections of a pool. */
  readonly size: number;
  /** That wait for their turn, at most: fewer where it takes longer than `targetMs`. */
  readonly queue: number;
  /** Longest wait, in milliseconds. */
  readonly waitMs: number;
  /**
   * What has not ended after so many milliseconds is slow: whoever reads waits no longer, and the next ones are
   * refused at once, until one that is let through after a pause is quick again. @default nobody is refused
   */
  readonly slowMs?: number | undefined;
  /** What takes longer on average, with the wait, has too long a queue. Milliseconds. @default 200 */
  readonly targetMs?: number;
}

export interface Turn {
  /** Somebody waits no longer than this, in milliseconds. @default for ever */
  readonly patienceMs?: number;
  /** Belongs to what has been let in before, here or elsewhere: it may wait, and is not refused at once. */
  readonly begun?: boolean;
  /** Nothing is lost if nobody waits for its end. @default false */
  readonly isRead?: boolean;
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
  private readonly breaker = new Breaker();
  /** One for all: where there is too much to do, to make an error with its stack is most of a refusal. */
  private readonly refusal: RequestError;

  constructor(
    name: string,
    private readonly options: BulkheadOptions,
  ) {
    this.refusal = overloaded(name);
    const { size, queue, targetMs = TARGET_MS } = options;
    const most = size + queue;
    this.admission = new Admission({ least: size, most, start: most, targetMs });
  }

  /** @throws RequestError 503 where there is no place, and none becomes free in time */
  async run<T>(work: () => Promise<T>, turn: Turn = {}): Promise<T> {
    const queued = this.admission.enter('write');
    if (queued === undefined && turn.begun !== true) throw this.refusal;
    try {
      return await this.watched(() => this.inTurn(work, turn), turn);
    } finally {
      queued?.leave();
    }
  }

  private async watched<T>(work: () => Promise<T>, { isRead = false }: Turn): Promise<T> {
    const { slowMs } = this.options;
    if (slowMs === undefined) return await work();
    if (!this.breaker.admit()) throw this.refusal;
    const state = { slow: false };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        state.slow = true;
        this.breaker.failed();
        if (isRead) reject(this.refusal);
      }, slowMs);
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
      if (!state.slow) this.breaker.succeeded();
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
          reject(this.refusal);
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
