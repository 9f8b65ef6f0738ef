import { overloaded } from './errors';

export interface BulkheadOptions {
  /** At once: the connections of a pool. */
  readonly size: number;
  /** That wait for their turn. */
  readonly queue: number;
  /** Longest wait, in milliseconds. */
  readonly waitMs: number;
}

interface Waiter {
  readonly go: () => void;
}

/**
 * Keeps what goes to one dependency apart from all else: a shard that answers slowly has its own
 * places and its own short queue, and takes none of the others'.
 */
export class Bulkhead {
  private running = 0;
  private readonly waiting: Waiter[] = [];

  constructor(
    private readonly name: string,
    private readonly options: BulkheadOptions,
  ) {}

  /**
   * @param patienceMs somebody waits no longer than this
   * @throws RequestError 503 where there is no place, and none becomes free in time
   */
  async run<T>(work: () => Promise<T>, patienceMs = Infinity): Promise<T> {
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
    const { size, queue, waitMs } = this.options;
    if (this.running < size) {
      this.running += 1;
      return;
    }
    if (this.waiting.length >= queue) throw overloaded(this.name);
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

  run<T>(name: string, work: () => Promise<T>, patienceMs?: number): Promise<T> {
    const bulkhead = this.all.get(name) ?? new Bulkhead(name, this.options);
    this.all.set(name, bulkhead);
    return bulkhead.run(work, patienceMs);
  }
}
