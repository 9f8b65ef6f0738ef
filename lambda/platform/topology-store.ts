import { parseTopology, TOPOLOGY_ID, TopologyError, type TopologyDocument } from '../topology';
import type { AwsApi } from './aws';
import { type Item, Table } from './dynamodb';

export interface TopologyView {
  readonly document: TopologyDocument;
  /** Milliseconds since the read that brought this document began. */
  readonly ageMs: number;
}

/** How long a document is used without looking again. */
const TTL_MS = 2_000;
/** After a failed look-up the last good document serves this long before the next attempt. */
const RETRY_MS = 1_000;

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

/** The cached document. The last good value outlives the control table, and says how old it is. */
export class TopologyStore {
  private last: { readonly document: TopologyDocument; readonly readAt: number } | undefined;
  private refreshing: Promise<void> | undefined;
  private nextAttempt = 0;

  constructor(
    private readonly table: Pick<TopologyTable, 'read'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** @throws whatever the look-up threw, while there is no good value yet */
  async current(): Promise<TopologyView> {
    const stale = this.last === undefined || this.now() - this.last.readAt >= TTL_MS;
    if (stale && (this.last === undefined || this.now() >= this.nextAttempt)) {
      this.refreshing ??= this.refresh().finally(() => {
        this.refreshing = undefined;
      });
      try {
        await this.refreshing;
      } catch (error) {
        if (this.last === undefined) throw error;
      }
    }
    const { document, readAt } = this.last ?? missing();
    return { document, ageMs: Math.max(0, this.now() - readAt) };
  }

  private async refresh(): Promise<void> {
    const readAt = this.now();
    try {
      this.last = { document: (await this.table.read()) ?? missing(), readAt };
    } catch (error) {
      this.nextAttempt = this.now() + RETRY_MS;
      throw error;
    }
  }
}

function missing(): never {
  throw new TopologyError('no topology document has been seeded');
}
