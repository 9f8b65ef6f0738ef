import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../postgres';
import type { ClusterEvent, ClusterInstance } from '..';

/** Between two looks at an instance, and how long it is waited for, in milliseconds. */
const INTERVAL_MS = 500;
const PATIENCE_MS = 1_000;
/** Looks in a row that an instance does not answer until it is thought to be lost. */
const SILENT = 3;
const PROMOTION_SECONDS = 10;

export interface KeeperOptions {
  readonly instances: readonly ClusterInstance[];
  /** To the database `postgres` of an instance, by the twin's own role. */
  readonly connect: (instance: ClusterInstance, timeoutMs: number) => Connection;
  readonly onEvent: (kind: ClusterEvent['kind'], instance: ClusterInstance) => void;
  /**
   * Makes the endpoint lead to an instance that has been promoted; instances may have other places
   * afterwards. @default nothing: whoever leads asks for `writer`
   */
  readonly lead?: (promoted: ClusterInstance) => Promise<void>;
  /** So long an answer is waited for, in milliseconds. @default 1000 */
  readonly patienceMs?: number;
  /** Whether somebody moves its instances in order: then nobody is lost. @default never */
  readonly isMoved?: () => boolean;
}

interface Kept {
  readonly instance: ClusterInstance;
  connection: Connection;
  /** Looks in a row that it has not answered, and that it has. */
  silent: number;
  answered: number;
  /** Whether it takes writes; undefined where it has not answered. */
  writes: boolean | undefined;
  /** Whether it did when it answered last. */
  wrote: boolean;
}

/**
 * Looks after the instances of a cluster, as the service does: nobody decides anything. What is
 * acknowledged is in two zones, and so no acknowledged write is lost with either; an old writer that
 * lives on has nobody who confirms its commits.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html
 */
export class Keeper {
  private readonly kept: readonly Kept[];
  private readonly end = new AbortController();
  private current: Kept;
  private confirms: string | undefined;
  private running: Promise<unknown> = Promise.resolve();

  /** @throws Error where there is no instance */
  public constructor(private readonly options: KeeperOptions) {
    this.kept = options.instances.map((instance) => ({
      ...{ instance, silent: 0, answered: 0, writes: undefined, wrote: false },
      connection: options.connect(instance, this.patienceMs),
    }));
    const [first] = this.kept;
    if (first === undefined) throw new Error('a cluster has an instance');
    this.current = first;
  }

  private get patienceMs(): number {
    return this.options.patienceMs ?? PATIENCE_MS;
  }

  public get writer(): ClusterInstance {
    return this.current.instance;
  }

  /** Of those that answer the one that follows, where there is one; else the writer. */
  public get follower(): ClusterInstance {
    const found = this.kept.find(
      (it) => it !== this.current && it.silent === 0 && it.writes === false,
    );
    return (found ?? this.current).instance;
  }

  /** Whether a commit waits for another zone. */
  public get synchronous(): boolean {
    return this.confirms !== undefined;
  }

  public start(): void {
    this.running = Promise.all([...this.kept.map((it) => this.watch(it)), this.keep()]);
  }

  public async close(): Promise<void> {
    this.end.abort();
    await this.running;
    await Promise.allSettled(this.kept.map(({ connection }) => connection.end()));
  }

  private async watch(kept: Kept): Promise<void> {
    while (!this.end.signal.aborted) {
      try {
        const [row] = await kept.connection.query<{ recovering: boolean }>(
          'select pg_is_in_recovery() as recovering',
        );
        kept.writes = kept.wrote = row?.recovering === false;
        kept.silent = 0;
        kept.answered += 1;
      } catch {
        kept.silent += 1;
        kept.answered = 0;
        kept.writes = undefined;
        if (kept.silent === SILENT) this.options.onEvent('lost', kept.instance);
      }
      await this.wait();
    }
  }

  private async keep(): Promise<void> {
    while (!this.end.signal.aborted) {
      try {
        if (this.options.isMoved?.() === true) this.forgive();
        else if (this.current.silent >= SILENT) await this.failOver();
        else if (this.current.silent === 0) await this.confirm();
      } catch {
        // It is tried again at the next look.
      }
      await this.wait();
    }
  }

  private forgive(): void {
    for (const it of this.kept) it.silent = it.answered = 0;
  }

  /**
   * Who has confirmed every commit takes over; nobody else does, who may lack some. Where all stood still, as
   * with their Region, the first one that goes on is not the last one left.
   */
  private async failOver(): Promise<void> {
    const next = this.kept.find((it) => it.instance.identifier === this.confirms);
    if (!this.current.wrote || next === undefined || next.answered < SILENT) return;
    const { instance } = next;
    const connection = this.options.connect(instance, PROMOTION_SECONDS * 1_000 + this.patienceMs);
    try {
      await connection.query('select pg_promote(true, $1)', [PROMOTION_SECONDS]);
    } finally {
      await connection.end();
    }
    this.options.onEvent('promoted', instance);
    if (this.options.lead !== undefined) {
      await this.options.lead(instance);
      await this.reconnect();
    }
    this.current = next;
    this.confirms = undefined;
    this.options.onEvent('led', instance);
  }

  private async reconnect(): Promise<void> {
    const before = this.kept.map(({ connection }) => connection);
    for (const it of this.kept) {
      it.connection = this.options.connect(it.instance, this.patienceMs);
      it.silent = it.answered = 0;
    }
    await Promise.allSettled(before.map((it) => it.end()));
  }

  /** Commits wait for who follows in another zone, and for nobody where nobody does. */
  private async confirm(): Promise<void> {
    const { connection, instance: writer } = this.current;
    const rows = await connection.query<{ name: string | null; set: string }>(
      `select application_name as name, current_setting('synchronous_standby_names') as set
      from (select) as one left join pg_stat_replication on state = 'streaming'`,
    );
    const streaming = new Set(rows.map(({ name }) => name));
    const [found] = this.kept.filter(
      (it) => it !== this.current && it.silent < SILENT && streaming.has(it.instance.identifier),
    );
    const name = found?.instance.identifier;
    const names = name === undefined ? '' : `ANY 1 ("${name}")`;
    const before = this.confirms;
    // A copy of another cluster's instance waits for those of that one.
    if (name === before && rows[0]?.set === names) return;
    // From here on until it is known, nobody has confirmed every commit.
    this.confirms = undefined;
    await connection.query(`alter system set synchronous_standby_names = '${names}'`);
    await connection.query('select pg_reload_conf()');
    this.confirms = name;
    if (name === before) return;
    this.options.onEvent(name === undefined ? 'alone' : 'joined', found?.instance ?? writer);
  }

  private wait(): Promise<unknown> {
    const { signal } = this.end;
    return sleep(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
