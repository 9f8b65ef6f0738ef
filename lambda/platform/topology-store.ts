import { parseTopology, TOPOLOGY_ID, TopologyError, type TopologyDocument } from '../topology';
import type { AwsApi } from './aws';
import { type Item, Table } from './dynamodb';
import { Lease } from './lease';
import { startStopwatch, type Stopwatch } from './stopwatch';
import type { TopologyCopy } from './topology-copy';

export interface TopologyView {
  readonly document: TopologyDocument;
  /** Milliseconds since the read that brought this document began. */
  readonly ageMs: number;
  /** How much longer writes may rest on it. */
  readonly lease: Lease;
}

/**
 * The topology document in the control table. Reads are strongly consistent, from the nearest
 * Region that answers; the table lives in Regions that need not serve users.
 */
export class TopologyTable {
  private readonly replicas: Table[];

  constructor(api: AwsApi, table: string, regions: readonly string[]) {
    this.replicas = regions.map((region) => new Table(api, region, table));
  }

  /** `undefined` where no document has been seeded yet. */
  async read(): Promise<TopologyDocument | undefined> {
    const item = await this.firstOf((replica) =>
      replica.get({ id: TOPOLOGY_ID }, { consistent: true }),
    );
    if (item === undefined) return undefined;
    if (typeof item.document !== 'string') throw new TopologyError('the item holds no document');
    return parseTopology(item.document);
  }

  /** Compare-and-set on the epoch; `expected` is `undefined` to create. Whether it was applied. */
  replace(document: TopologyDocument, expected: number | undefined): Promise<boolean> {
    const item: Item = {
      id: TOPOLOGY_ID,
      epoch: document.epoch,
      document: JSON.stringify(document),
    };
    return this.firstOf((replica) =>
      replica.put(
        item,
        expected === undefined
          ? { expression: 'attribute_not_exists(id)' }
          : { expression: 'epoch = :expected', values: { ':expected': expected } },
      ),
    );
  }

  /** Tries the Regions in order; the one that answered is asked first from then on. */
  private async firstOf<T>(operation: (replica: Table) => Promise<T>): Promise<T> {
    let failure: unknown = new TopologyError('no Region of the control table is configured');
    for (const replica of [...this.replicas]) {
      try {
        return await operation(replica);
      } catch (error) {
        failure = error;
        this.replicas.push(...this.replicas.splice(this.replicas.indexOf(replica), 1));
      }
    }
    throw failure;
  }
}

/** Nobody waits longer for a newer document where there is an older one. */
const LONGEST_WAIT_MS = 1_500;

interface Reading {
  readonly document: TopologyDocument;
  readonly age: Stopwatch;
}

/**
 * The cached document. Up to a fifth of the lease it is used as it is; up to half of it, it still
 * answers while the next one is fetched aside; then requests wait for that, as the first one after a
 * pause of a Lambda instance does. The last good document outlives the control table, and says how
 * old it is: once a look-up has failed nobody waits for the next, so that a Region that is cut off
 * reads on and refuses writes at once. A process that starts there reads by what the Region knew last (`copy`), and
 * may not write by it.
 */
export class TopologyStore {
  private last: Reading | undefined;
  /** Since the last look-up failed, where none has succeeded after it. */
  private sinceFailure: Stopwatch | undefined;
  private refreshing: Promise<void> | undefined;
  /** Epoch of the document that was kept last. */
  private keptEpoch: number | undefined;

  constructor(
    private readonly table: Pick<TopologyTable, 'read'>,
    /** Milliseconds; the other times are parts of it. */
    readonly leaseMs: number,
    private readonly start: () => Stopwatch = startStopwatch,
    private readonly copy?: TopologyCopy,
  ) {}

  /** @throws whatever the look-up threw, while there is no good value yet */
  async current(): Promise<TopologyView> {
    if (this.last === undefined) await this.first();
    else if (this.last.age() >= this.leaseMs / 5) {
      const pause = this.leaseMs / 10;
      if (this.sinceFailure === undefined || this.sinceFailure() >= pause)
        await this.look(this.last.age() >= this.leaseMs / 2);
    }
    return this.view();
  }

  /**
   * For a refusal that may rest on an old document: looks again, if the last look is older than a
   * twentieth of the lease. Returns the same document where the table does not answer, at once where
   * it did not before.
   */
  async recheck(): Promise<TopologyView> {
    const pause = this.leaseMs / 20;
    const since = Math.min(this.last?.age() ?? Infinity, this.sinceFailure?.() ?? Infinity);
    if (since >= pause) await this.look(true);
    return this.view();
  }

  /** The first look-up, or what the Region knew last where that fails or takes too long. */
  private async first(): Promise<void> {
    const refreshed = this.refresh();
    let fault: unknown;
    refreshed.catch((error: unknown) => (fault = error));
    await this.settled(refreshed);
    if (this.last !== undefined) return;
    // A table that answers and has none knows better.
    const isEmpty = fault instanceof TopologyError;
    const document = isEmpty ? undefined : await this.copy?.load().catch(() => undefined);
    if (document === undefined) {
      await refreshed;
      return;
    }
    const since = this.start();
    // Nobody knows how old it is: at least so old that nobody may write by it.
    this.last ??= { document, age: () => this.leaseMs + since() };
  }

  /** Looks up; waits for it where that is wanted and the last look-up did not fail. */
  private async look(waits: boolean): Promise<void> {
    const answers = this.sinceFailure === undefined;
    const refreshed = this.refresh();
    if (waits && answers) await this.settled(refreshed);
    else refreshed.catch(() => undefined);
  }

  private view(): TopologyView {
    const { document, age } = this.last ?? missing();
    return { document, ageMs: age(), lease: new Lease(age, this.leaseMs) };
  }

  /** One look-up at a time. */
  private refresh(): Promise<void> {
    this.refreshing ??= this.read().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  private async read(): Promise<void> {
    const age = this.start();
    try {
      const document = (await this.table.read()) ?? missing();
      this.last = { document, age };
      this.sinceFailure = undefined;
      this.keep(document);
    } catch (error) {
      this.sinceFailure = this.start();
      throw error;
    }
  }

  /** Aside; that it could not be kept costs nobody anything now, and the next look-up tries again. */
  private keep(document: TopologyDocument): void {
    if (this.copy === undefined || document.epoch === this.keptEpoch) return;
    this.keptEpoch = document.epoch;
    this.copy.keep(document).catch(() => {
      this.keptEpoch = undefined;
    });
  }

  /** When it has ended, well or not, or has taken so long that it counts as failed until it has. */
  private async settled(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.sinceFailure ??= this.start();
        resolve();
      }, LONGEST_WAIT_MS);
    });
    await Promise.race([work.catch(() => undefined), expiry]);
    clearTimeout(timer);
  }
}

function missing(): never {
  throw new TopologyError('no topology document has been seeded');
}
