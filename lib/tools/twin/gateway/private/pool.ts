import { availableParallelism } from 'node:os';
import type { NodeChild } from '../../processes';
import { startNodeChild } from '../../processes';
import type { FunctionConfig, FunctionVersion, ZonedProcess } from '..';
import { ZoneSpread } from './zone-spread';

/** More of them than that only take turns on the processors, and each stays cold for longer. */
const LIMIT = 1 + availableParallelism();

/**
 * An instance lives through some hundred requests here: a third of its processor time went to the
 * optimizing compiler, which did not earn it back. It begins about eight times later than by default.
 */
const SELDOM_OPTIMIZED = '--interrupt-budget=1000000';

export interface PoolOptions {
  readonly program: string;
  readonly log: string;
  /** Most instances at a time: one handles one request, also while that waits. @default this machine's processors and one */
  readonly limit?: number;
  /** Instances above one end after so long without a request, in milliseconds. @default 60000 */
  readonly idleMs?: number;
  /** Requests that may wait for an instance. @default 48 */
  readonly queueLimit?: number;
}

export type Outcome =
  | { readonly kind: 'result'; readonly value: unknown }
  /** The function threw, ended or took too long, or too many requests wait. */
  | { readonly kind: 'failed'; readonly reason: string };

interface Instance {
  readonly child: NodeChild<null>;
  /** The function as it was when the instance started. */
  readonly of: FunctionConfig;
  /** Where it stands; undefined where zones are not told apart. */
  readonly zone: string | undefined;
  idleSince: number;
}

interface Waiter {
  /** Whether nobody waits for the answer any more. */
  readonly isGone: () => boolean;
  take(instance: Instance): void;
  refuse(reason: string): void;
}

/**
 * Instances of one function, as Lambda has them: child processes that handle one request at a time,
 * started when all others are busy. One stays warm.
 */
export class FunctionPool {
  private readonly idle: Instance[] = [];
  private readonly all = new Set<Instance>();
  private readonly waiters: Waiter[] = [];
  private readonly limit: number;
  private readonly idleMs: number;
  private readonly reaper: NodeJS.Timeout;
  private readonly spread: ZoneSpread;
  private starting = 0;
  private inHand = 0;
  private closed = false;

  public constructor(
    private of: FunctionConfig,
    private readonly options: PoolOptions,
  ) {
    this.spread = new ZoneSpread(of.zones);
    this.limit = options.limit ?? LIMIT;
    this.idleMs = options.idleMs ?? 60_000;
    this.reaper = setInterval(
      () => {
        this.reap();
      },
      Math.min(this.idleMs, 5_000),
    );
    this.reaper.unref();
  }

  /** Starts the first instance. @throws Error where the handler cannot be loaded */
  public async warm(): Promise<void> {
    this.offer(await this.start());
  }

  public get size(): number {
    return this.all.size;
  }

  public get zoned(): readonly ZonedProcess[] {
    return [...this.all].flatMap(({ zone, child: { identity } }) =>
      zone === undefined
        ? []
        : [{ zone, kind: 'function' as const, pid: identity.pid, healthy: true }],
    );
  }

  /** Its instances are gone, and whoever waits for one of them gets an error; others are started elsewhere. */
  public loseZone(zone: string): void {
    this.spread.lose(zone);
    for (const instance of [...this.all]) if (instance.zone === zone) this.discard(instance);
  }

  /** From now on instances are started there too. */
  public regainZone(zone: string): void {
    this.spread.regain(zone);
  }

  public get version(): FunctionVersion {
    return { directory: this.of.directory };
  }

  /** All at once, as Lambda does: the next request gets an instance of the new version. */
  public deploy(version: FunctionVersion): void {
    this.of = { ...this.of, ...version };
    for (const instance of [...this.idle]) this.discard(instance);
  }

  /** @param isGone asked before an instance is spent on it: whether nobody waits for the answer */
  public async invoke(event: unknown, isGone: () => boolean = () => false): Promise<Outcome> {
    const { concurrency = Infinity } = this.of;
    if (this.inHand >= concurrency) {
      return { kind: 'failed', reason: `throttled: ${concurrency} requests at a time` };
    }
    this.inHand += 1;
    try {
      return await this.run(event, isGone);
    } finally {
      this.inHand -= 1;
    }
  }

  /** Ends every instance at once: whoever waits for an answer is refused. */
  public async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.reaper);
    for (const waiter of this.waiters.splice(0)) waiter.refuse('the function is being ended');
    const children = [...this.all].map(({ child }) => child);
    for (const child of children) child.kill();
    await Promise.all(children.map((child) => child.exited));
  }

  private async run(event: unknown, isGone: () => boolean): Promise<Outcome> {
    let instance: Instance;
    try {
      instance = await this.take(isGone);
    } catch (error) {
      return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
    try {
      const timeoutMs = this.of.timeoutSeconds * 1000;
      const value = await instance.child.ask('invoke', event, timeoutMs);
      this.offer(instance);
      return { kind: 'result', value };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason.startsWith('no answer within')) this.discard(instance);
      else if (instance.child.ended()) this.discard(instance);
      else this.offer(instance);
      return { kind: 'failed', reason };
    }
  }

  private take(isGone: () => boolean): Promise<Instance> {
    const free = this.idle.pop();
    if (free !== undefined) return Promise.resolve(free);
    if (this.waiters.length >= (this.options.queueLimit ?? 48)) {
      return Promise.reject(new Error('too many requests wait for an instance'));
    }
    const taken = new Promise<Instance>((resolve, reject) => {
      this.waiters.push({
        isGone,
        take: resolve,
        refuse: (reason) => {
          reject(new Error(reason));
        },
      });
    });
    this.grow();
    return taken;
  }

  /** Starts an instance where requests wait that no instance under way would take. */
  private grow(): void {
    if (this.closed || this.all.size + this.starting >= this.limit) return;
    if (this.starting >= this.waiters.length) return;
    this.start().then(
      (instance) => {
        this.offer(instance);
      },
      (error: unknown) => {
        this.waiters.shift()?.refuse(String(error));
        this.grow();
      },
    );
  }

  private async start(): Promise<Instance> {
    this.starting += 1;
    const { of } = this;
    try {
      const { name, directory, handler, environment, memoryMiB, timeoutSeconds } = of;
      const child = await startNodeChild<null>({
        program: this.options.program,
        config: {
          ...{ directory, handler, memoryMiB },
          ...{ functionName: name, timeoutMs: timeoutSeconds * 1000 },
        },
        env: environment,
        log: this.options.log,
        execArgv: [`--max-old-space-size=${memoryMiB}`, '--enable-source-maps', SELDOM_OPTIMIZED],
      });
      const zone = this.spread.next([...this.all].map((it) => it.zone));
      const instance = { child, of, zone, idleSince: Date.now() };
      this.all.add(instance);
      void child.exited.then(() => {
        this.forget(instance);
      });
      if (this.closed) child.kill();
      return instance;
    } finally {
      this.starting -= 1;
    }
  }

  private offer(instance: Instance): void {
    if (instance.child.ended() || instance.of !== this.of) {
      this.discard(instance);
      return;
    }
    const waiter = this.nextWaiter();
    if (waiter !== undefined) {
      waiter.take(instance);
      return;
    }
    instance.idleSince = Date.now();
    this.idle.push(instance);
  }

  private nextWaiter(): Waiter | undefined {
    for (let next = this.waiters.shift(); next !== undefined; next = this.waiters.shift()) {
      if (!next.isGone()) return next;
      next.refuse('nobody waits for it any more');
    }
    return undefined;
  }

  private discard(instance: Instance): void {
    instance.child.kill();
    this.forget(instance);
  }

  /** An instance that ended is replaced where it was the last, or where requests wait. */
  private forget(instance: Instance): void {
    if (!this.all.delete(instance)) return;
    const at = this.idle.indexOf(instance);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.closed) return;
    if (this.waiters.length > 0) this.grow();
    else if (this.all.size + this.starting === 0) this.warm().catch(() => undefined);
  }

  private reap(): void {
    const before = Date.now() - this.idleMs;
    while (this.all.size > 1 && (this.idle[0]?.idleSince ?? Infinity) <= before) {
      const oldest = this.idle.shift();
      if (oldest === undefined) return;
      this.all.delete(oldest);
      oldest.child.kill();
    }
  }
}
