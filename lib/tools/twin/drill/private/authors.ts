import type { Client, Outcome } from './client';
import { retryAfterMs } from './client';
import { rowsOf } from './ledger';
import { partOf } from './percentile';
import { DrillRefused } from './refused';
import type { Scene } from './scene';
import { pause } from './scene';

/** People who register until every shard has one. */
const MOST = 16;
const TRIES = 20;
const RETRY_MS = 250;

/** Somebody whose articles are in one shard. */
export interface Author {
  readonly shard: string;
  readonly authorization: string;
}

/** One author in each of two shards that the same Region writes. @throws DrillRefused where there is none */
export async function authorsOfTwoShards(
  scene: Scene,
  client: Client,
): Promise<readonly [Author, Author]> {
  const { world, control, hit, run } = scene;
  const { shards } = await control.read();
  const names = scene.shards.filter((name) => shards[name]?.domains['content'] !== undefined);
  if (names.length < 2) {
    throw new DrillRefused(`${hit} writes one shard`, 'drill a deployment with two in a Region');
  }
  const found = new Map<string, Author>();
  for (let turn = 0; turn < MOST && found.size < 2; turn += 1) {
    const id = `${run}who${turn}`;
    const user = { username: id, email: `${id}@example.com`, password: 'drill drill' };
    const joined = await until201(() =>
      client.send('POST', '/api/users', { user }, { 'idempotency-key': id }),
    );
    const { token } = (JSON.parse(joined) as { user: { token: string } }).user;
    const authorization = `Token ${token}`;
    await until201(() => write(client, authorization, `${run}-${id}`));
    for (const shard of names) {
      const rows = await rowsOf(world, control, { [shard]: hit }, run);
      if (rows.has(`${run}-${id}`) && !found.has(shard)) found.set(shard, { shard, authorization });
    }
  }
  const [one, other] = [...found.values()];
  if (one === undefined || other === undefined) {
    throw new DrillRefused(`${MOST} people are all in one shard`, 'run the drill again');
  }
  return [one, other];
}

/** One article; its title is its key. */
export function write(client: Client, authorization: string, id: string): Promise<Outcome> {
  const article = { title: id, description: 'drill', body: id, tagList: [] };
  return client.send(
    'POST',
    '/api/articles',
    { article },
    { authorization, 'idempotency-key': id },
  );
}

async function until201(attempt: () => Promise<Outcome>): Promise<string> {
  for (let turn = 0; turn < TRIES; turn += 1) {
    const outcome = await attempt();
    if (outcome.kind === 'answer' && outcome.status === 201) return outcome.body;
    await pause(RETRY_MS);
  }
  throw new DrillRefused('nobody can register or write', 'bring the Regions back first');
}

export interface Written {
  readonly acknowledged: number;
  /** Told to come again later: 503 with `Retry-After`. */
  readonly refused: number;
  /** In any other way. */
  readonly failed: number;
  /** Why they were not written, in words; empty where all were. */
  readonly reasons: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface Writers {
  /** Prefix of their articles. */
  readonly id: string;
  readonly count: number;
  readonly ms: number;
  /** Between two writes of one of them, in milliseconds; whoever is refused waits as long as the answer says. */
  readonly pauseMs: number;
  /** They come one after the other within so long, in milliseconds. @default all at once */
  readonly arriveMs?: number;
}

/** What writers of one author see, each with one write at a time, none of which is sent again. */
export async function writers(
  client: Client,
  { authorization }: Author,
  { count, ms, pauseMs, id, arriveMs = 0 }: Writers,
): Promise<Written> {
  const end = performance.now() + ms;
  const times: number[] = [];
  const reasons = new Map<string, number>();
  let [refused, failed] = [0, 0];
  const one = async (at: number) => {
    await pause((arriveMs * at) / count);
    for (let turn = 0; performance.now() < end; turn += 1) {
      const sent = performance.now();
      const outcome = await write(client, authorization, `${id}-${at}-${turn}`);
      if (isWritten(outcome)) times.push(performance.now() - sent);
      else if (isRefused(outcome)) refused += 1;
      else failed += 1;
      if (!isWritten(outcome))
        reasons.set(reasonOf(outcome), (reasons.get(reasonOf(outcome)) ?? 0) + 1);
      await pause((retryAfterMs(outcome) ?? pauseMs) * (0.5 + Math.random()));
    }
  };
  await Promise.all(Array.from({ length: count }, (_, at) => one(at)));
  const [p50Ms, p95Ms] = [partOf(times, 0.5), partOf(times, 0.95)];
  const counts = { acknowledged: times.length, refused, failed };
  return { ...counts, p50Ms, p95Ms, reasons: inWords(reasons) };
}

function isRefused(outcome: Outcome): boolean {
  return outcome.kind === 'answer' && outcome.status === 503 && retryAfterMs(outcome) !== undefined;
}

export function isWritten(outcome: Outcome): boolean {
  return outcome.kind === 'answer' && outcome.status === 201;
}

/** As the answer says it, without what differs between answers. */
function reasonOf(outcome: Outcome): string {
  if (outcome.kind !== 'answer') return outcome.kind;
  const [, words] = /\["([^"]*)"\]/.exec(outcome.body) ?? [];
  return words ?? String(outcome.status);
}

function inWords(reasons: ReadonlyMap<string, number>): string {
  return [...reasons]
    .sort(([, one], [, other]) => other - one)
    .map(([reason, count]) => `${count} ${reason}`)
    .join(', ');
}
