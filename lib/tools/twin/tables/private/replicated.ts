import type { ReplicationState, TableConfig } from '..';
import { KeyedMutex } from './keyed-mutex';
import { Outbox } from './outbox';
import type { Version } from './version';
import { successor, wins } from './version';
import type { Item, Written } from './writes';
import { itemId } from './writes';

/** The state of one item as one Region tells it to another. */
export interface Change extends Written {
  /** Absent where the item was deleted. */
  readonly item?: Item;
  readonly version: Version;
}

/** Where a Region's items are. */
export interface ItemStore {
  get(table: string, key: Item): Promise<Item | undefined>;
  put(table: string, item: Item): Promise<void>;
  remove(table: string, key: Item): Promise<void>;
}

/** Delivers changes to a peer; throws where it is away. */
export type Deliver = (url: string, changes: readonly Change[]) => Promise<void>;

/**
 * Global tables with eventual consistency: a write is answered by its own Region and then sent to
 * the others; of concurrent writes of one item the last one stays, in every Region the same.
 */
export class ReplicatedTables {
  private readonly versions = new Map<string, Version>();
  private readonly mutex = new KeyedMutex();
  private readonly outboxes = new Map<string, Outbox>();
  private readonly tables: ReadonlyMap<string, TableConfig>;

  public constructor(
    private readonly region: string,
    tables: readonly TableConfig[],
    private readonly database: ItemStore,
    deliver: Deliver,
  ) {
    this.tables = new Map(tables.map((table) => [table.name, table]));
    const peers = new Map(tables.flatMap((table) => Object.entries(table.replicas)));
    for (const [peer, url] of peers) {
      const send = async (items: readonly Written[]) => {
        await deliver(url, await Promise.all(items.map((written) => this.present(written))));
      };
      this.outboxes.set(peer, new Outbox(send));
    }
  }

  /** Runs a write of this Region and, where it succeeded, tells the peers. */
  public async write<T extends { readonly ok: boolean }>(
    items: readonly Written[],
    perform: () => Promise<T>,
  ): Promise<T> {
    return this.mutex.run(items.map(itemId), async () => {
      const outcome = await perform();
      if (outcome.ok) for (const written of items) this.note(written);
      return outcome;
    });
  }

  /** Takes over a peer's change unless this Region knows a newer one. */
  public async apply(change: Change): Promise<void> {
    const id = itemId(change);
    await this.mutex.run([id], async () => {
      if (!this.tables.has(change.table) || !wins(change.version, this.versions.get(id))) return;
      if (change.item === undefined) await this.database.remove(change.table, change.key);
      else await this.database.put(change.table, change.item);
      this.versions.set(id, change.version);
    });
  }

  public state(): ReplicationState {
    return Object.fromEntries(
      [...this.outboxes].map(([peer, { size, dropped, oldestMs }]) => [
        peer,
        { waiting: size, dropped, oldestMs },
      ]),
    );
  }

  public close(): void {
    for (const outbox of this.outboxes.values()) outbox.close();
  }

  private note(written: Written): void {
    const id = itemId(written);
    this.versions.set(id, successor(this.versions.get(id), this.region, Date.now()));
    const replicas = this.tables.get(written.table)?.replicas ?? {};
    for (const peer of Object.keys(replicas)) this.outboxes.get(peer)?.add(written);
  }

  private present(written: Written): Promise<Change> {
    const id = itemId(written);
    return this.mutex.run([id], async () => {
      const item = await this.database.get(written.table, written.key);
      const version = this.versions.get(id) ?? { time: 0, region: this.region };
      return { ...written, version, ...(item === undefined ? {} : { item }) };
    });
  }
}
