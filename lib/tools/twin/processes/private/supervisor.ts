import type { ProcessIdentity } from './identity';

/** A process, or a server within this one, that has to be ended in its turn. */
export interface Supervised {
  /** For people: what it is, and in which Region. */
  readonly label: string;
  readonly processes: () => readonly ProcessIdentity[];
  /** Resolves when it ends by itself; undefined for servers within this process. */
  readonly exited?: Promise<number>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

/** The twin was told to stop while it was starting. */
export class Stopped extends Error {
  public override readonly name = 'Stopped';

  public constructor() {
    super('stopped before it was ready');
  }
}

/**
 * Keeps what was started, and ends it in layers: what was started last goes first, what belongs to
 * one layer goes together.
 */
export class Supervisor {
  private readonly layers: Supervised[][] = [[]];
  private readonly dead = new Set<Supervised>();
  private readonly launches = new Set<Promise<unknown>>();
  private stopping: Promise<void> | undefined;

  /** @param onEnd told of each process that ended though nobody asked it to */
  public constructor(private readonly onEnd: (label: string, code: number) => void) {}

  /** @throws Stopped where the twin is being stopped: then the newcomer is ended at once */
  public add<T extends Supervised>(supervised: T): T {
    if (this.stopping !== undefined) {
      supervised.kill();
      throw new Stopped();
    }
    this.layers.at(-1)?.push(supervised);
    this.watch(supervised);
    return supervised;
  }

  /** What has ended runs again, with an `exited` of its own; ended at once where the twin is being stopped. */
  public renewed(supervised: Supervised): void {
    this.dead.delete(supervised);
    this.watch(supervised);
    if (this.stopping !== undefined) supervised.kill();
  }

  /** Adds what is being started as soon as it runs. @throws what the start throws, and as `add` */
  public async launch<T extends Supervised>(start: Promise<T>): Promise<T> {
    const launched = start.then((supervised) => this.add(supervised));
    const settled = launched.catch(() => undefined).finally(() => this.launches.delete(settled));
    this.launches.add(settled);
    return launched;
  }

  /** What is added from now on is ended before what was added until now. */
  public nextLayer(): void {
    this.layers.push([]);
  }

  public isDead(supervised: Supervised): boolean {
    return this.dead.has(supervised);
  }

  public processes(): readonly ProcessIdentity[] {
    return this.layers
      .flat()
      .filter((supervised) => !this.dead.has(supervised))
      .flatMap((supervised) => supervised.processes());
  }

  /** Returns when everything has ended, also what was just being started. */
  public stop(): Promise<void> {
    this.stopping ??= this.stopLayers();
    return this.stopping;
  }

  public kill(): void {
    for (const supervised of this.layers.flat()) supervised.kill();
  }

  private watch(supervised: Supervised): void {
    const { exited } = supervised;
    void exited?.then((code) => {
      // One that has been started again meanwhile is not dead.
      if (supervised.exited !== exited) return;
      this.dead.add(supervised);
      if (this.stopping === undefined) this.onEnd(supervised.label, code);
    });
  }

  private async stopLayers(): Promise<void> {
    for (const layer of this.layers.toReversed()) {
      await Promise.allSettled(layer.map((supervised) => supervised.stop()));
    }
    await Promise.all(this.launches);
  }
}
