import { Client } from './client';
import { partOf } from './percentile';
import { pause } from './scene';
import type { Scene } from './scene';
import { regionOf } from './world';

const READERS = 4;
/** Between two reads of a reader, in milliseconds. */
const PAUSE_MS = 100;
const SAMPLE_MS = 200;

/** What readers of a Region saw in a window, and what that cost its databases. */
export interface HotWindow {
  readonly reads: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly longestMs: number;
  /** Transactions of all its databases per second, those of the writes among them. */
  readonly transactionsPerSecond: number;
  /** Connections of the Region's servers to its databases, at the most. */
  readonly connections: number;
}

/** Readers near the Region that is hit who all want the same few articles, as a crowd does. */
export class HotReads {
  private readonly client: Client;

  public constructor(private readonly scene: Scene) {
    this.client = new Client(scene.world, regionOf(scene.world, scene.hit));
  }

  /** @param readers 0 for what the databases do without anybody who reads */
  public async watch(slugs: readonly string[], ms: number, readers = READERS): Promise<HotWindow> {
    const end = performance.now() + ms;
    const times: number[] = [];
    let failed = 0;
    const read = async (at: number) => {
      for (let turn = at; performance.now() < end; turn += 1) {
        const sent = performance.now();
        const path = `/api/articles/${slugs[turn % slugs.length] ?? ''}`;
        const outcome = await this.client.send('GET', path, undefined);
        if (outcome.kind === 'answer' && outcome.status === 200) {
          times.push(performance.now() - sent);
        } else failed += 1;
        await pause(PAUSE_MS);
      }
    };
    const began = performance.now();
    const before = await countedIn(this.scene, this.scene.hit);
    let connections = before.connections;
    const sample = async () => {
      while (performance.now() < end) {
        connections = Math.max(
          connections,
          (await countedIn(this.scene, this.scene.hit)).connections,
        );
        await pause(SAMPLE_MS);
      }
    };
    await Promise.all([sample(), ...Array.from({ length: readers }, (_, at) => read(at))]);
    const transactions =
      (await countedIn(this.scene, this.scene.hit)).transactions - before.transactions;
    return {
      ...{ reads: times.length, failed, connections },
      p50Ms: partOf(times, 0.5),
      longestMs: Math.round(Math.max(0, ...times)),
      transactionsPerSecond: transactions / ((performance.now() - began) / 1000),
    };
  }

  public close(): void {
    this.client.close();
  }
}

/** What something cost the databases of a Region, the writes of the load among it. */
export async function databaseWork<T>(
  scene: Pick<Scene, 'world'>,
  region: string,
  work: () => Promise<T>,
): Promise<{
  readonly result: T;
  readonly seconds: number;
  readonly transactionsPerSecond: number;
}> {
  const began = performance.now();
  const before = await countedIn(scene, region);
  const result = await work();
  const { transactions } = await countedIn(scene, region);
  const seconds = (performance.now() - began) / 1000;
  return { result, seconds, transactionsPerSecond: (transactions - before.transactions) / seconds };
}

async function countedIn(
  { world }: Pick<Scene, 'world'>,
  region: string,
): Promise<{ readonly transactions: number; readonly connections: number }> {
  const { databases } = regionOf(world, region);
  const servers = databases.flatMap((it) => (it.reader === undefined ? [it] : [it, it.reader]));
  const counts = await Promise.all(
    servers.map(async (server) => {
      const connection = server.connect('postgres', 5_000);
      try {
        const [row] = await connection.query<{ transactions: number; connections: number }>(
          `select sum(xact_commit + xact_rollback)::float8 as transactions,
              (select count(*)::int from pg_stat_activity
                where backend_type = 'client backend' and usename <> current_user) as connections
              from pg_stat_database where datname not in ('postgres', 'template0', 'template1')`,
        );
        return row ?? { transactions: 0, connections: 0 };
      } finally {
        await connection.end();
      }
    }),
  );
  return {
    transactions: counts.reduce((sum, it) => sum + it.transactions, 0),
    connections: counts.reduce((sum, it) => sum + it.connections, 0),
  };
}

/** Transactions that one read cost, beyond those of the window in which nobody read. */
export function costOfRead(
  { transactionsPerSecond, reads }: HotWindow,
  quiet: HotWindow,
  ms: number,
): number {
  const beyond = Math.max(0, transactionsPerSecond - quiet.transactionsPerSecond);
  return Math.round(((beyond * ms) / 1000 / Math.max(1, reads)) * 100) / 100;
}
