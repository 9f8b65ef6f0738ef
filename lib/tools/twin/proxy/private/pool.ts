import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from '../../plan';
import { Backend, Refusal } from './backend';
import { fatal } from './frames';

/** Between two attempts to reach a database that does not answer, in milliseconds. */
const AGAIN_MS = 100;

export interface PoolOptions {
  readonly limit: number;
  readonly idleLimit: number;
  readonly borrowTimeoutMs: number;
}

/** Whom a connection is for: only the same may have it after. */
export interface Wanted {
  readonly parameters: ReadonlyMap<string, string>;
  readonly password: string;
  /** Whether it must lead to whoever takes writes. */
  readonly writes: boolean;
  /** Equal for those who may have each other's. */
  readonly key: string;
}

interface Idle {
  readonly backend: Backend;
  readonly key: string;
}

interface Waiter {
  readonly wanted: Wanted;
  readonly until: number;
  /** Whether somebody opens one for it. */
  served: boolean;
  readonly settle: (found: Backend | Refusal) => void;
}

/** The connections to one target. Nobody waits for one longer than the timeout. */
export class Pool {
  public timedOut = 0;
  private count = 0;
  private opening = 0;
  private readonly idle: Idle[] = [];
  private readonly waiters: Waiter[] = [];
  private readonly keys = new WeakMap<Backend, string>();
  private closed = false;

  public constructor(
    private readonly target: Place,
    private readonly options: PoolOptions,
  ) {}

  public get size(): number {
    return this.count;
  }

  public get waiting(): number {
    return this.waiters.length;
  }

  /** @returns a connection of its own until it gives it back, or why it has none */
  public borrow(wanted: Wanted): Promise<Backend | Refusal> {
    return new Promise((resolve) => {
      const until = performance.now() + this.options.borrowTimeoutMs;
      const timer = setTimeout(() => {
        this.timedOut += 1;
        // In the words of the service.
        waiter.settle(
          new Refusal(fatal('53300', 'Timed-out waiting to acquire database connection')),
        );
      }, this.options.borrowTimeoutMs);
      const waiter: Waiter = {
        ...{ wanted, until, served: false },
        settle: (found) => {
          clearTimeout(timer);
          const at = this.waiters.indexOf(waiter);
          if (at >= 0) this.waiters.splice(at, 1);
          resolve(found);
        },
      };
      this.waiters.push(waiter);
      this.serve();
    });
  }

  /** @param clean whether the next client finds nothing of the last one */
  public giveBack(backend: Backend, clean: boolean): void {
    backend.borrower = undefined;
    const key = this.keys.get(backend);
    if (!clean || key === undefined || this.closed) {
      backend.destroy();
      return;
    }
    this.idle.push({ backend, key });
    this.serve();
    while (this.idle.length > this.options.idleLimit) this.idle.shift()?.backend.destroy();
  }

  public close(): void {
    this.closed = true;
    for (const { backend } of this.idle.splice(0)) backend.destroy();
    for (const waiter of [...this.waiters])
      waiter.settle(new Refusal(fatal('57P01', 'the proxy ends')));
  }

  /** Whoever came first is served first. */
  private serve(): void {
    for (const waiter of [...this.waiters]) {
      const at = this.idle.findLastIndex(({ key }) => key === waiter.wanted.key);
      const [found] = at < 0 ? [] : this.idle.splice(at, 1);
      if (found !== undefined) {
        waiter.settle(found.backend);
        continue;
      }
      if (waiter.served) continue;
      if (this.count + this.opening < this.options.limit) void this.open(waiter);
      // Somebody else's that nobody uses gives way.
      else this.idle.shift()?.backend.destroy();
    }
  }

  private async open(waiter: Waiter): Promise<void> {
    this.opening += 1;
    waiter.served = true;
    const { wanted, until } = waiter;
    const found = await this.attempt(wanted, until);
    this.opening -= 1;
    if (found instanceof Backend && !found.hasEnded) {
      this.count += 1;
      this.keys.set(found, wanted.key);
      this.giveBack(found, true);
    } else if (found instanceof Refusal) waiter.settle(found);
    waiter.served = false;
    if (!this.closed) this.serve();
  }

  /** Again and again while the target does not answer, or does not take writes yet. */
  private async attempt(wanted: Wanted, until: number): Promise<Backend | Refusal | undefined> {
    while (!this.closed && performance.now() < until) {
      try {
        return await this.reach(wanted);
      } catch (error) {
        if (error instanceof Refusal) return error;
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
    return undefined;
  }

  private async reach({ parameters, password, writes }: Wanted): Promise<Backend> {
    const { target } = this;
    const backend = await Backend.open({ target, parameters, password }, (ended) => {
      if (this.keys.has(ended)) this.forget(ended);
    });
    if (!writes || !backend.follows) return backend;
    backend.destroy();
    throw new Error('nobody takes writes there');
  }

  private forget(backend: Backend): void {
    this.keys.delete(backend);
    this.count -= 1;
    const at = this.idle.findIndex((it) => it.backend === backend);
    if (at >= 0) this.idle.splice(at, 1);
    if (!this.closed) this.serve();
  }
}
