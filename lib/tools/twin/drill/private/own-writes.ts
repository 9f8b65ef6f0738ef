import { serverAt } from './databases';
import { rowsOf } from './ledger';
import { pause } from './scene';
import type { Scene } from './scene';

const LOOK_MS = 20;
const LONGEST_MS = 20_000;
const BETWEEN_MS = 200;

/** Milliseconds from the answer near the Region that writes to the row in each other Region. */
export async function replicationLag(scene: Scene, samples: number): Promise<readonly number[]> {
  const { world, users, hit, run, control, shards } = scene;
  const others = world.regions.filter(({ name }) => name !== hit);
  const [client, authorization] = users.find(([it]) => it.near.name === hit) ?? [];
  const lags: number[] = [];
  for (let turn = 0; turn < samples; turn += 1) {
    const id = `${run}-lag-${turn}`;
    const article = { title: id, description: 'drill', body: id, tagList: [] };
    const headers = { authorization: authorization ?? '', 'idempotency-key': id };
    const answer = await client?.send('POST', '/api/articles', { article }, headers);
    if (answer?.kind !== 'answer' || answer.status !== 201) continue;
    const at = performance.now();
    const arrived = others.map(async ({ name }) => {
      const places = Object.fromEntries(shards.map((shard) => [shard, name]));
      while (performance.now() - at < LONGEST_MS) {
        const rows = await rowsOf(world, control, places, id.slice(0, id.lastIndexOf('-')));
        if (rows.has(id)) break;
        await pause(LOOK_MS);
      }
      return Math.round(performance.now() - at);
    });
    lags.push(...(await Promise.all(arrived)));
  }
  return lags;
}

/**
 * Milliseconds from a row in the database that writes to the same row in its Region's reader, each of a write
 * that is answered once the reader shows it; empty where no reader runs.
 */
export async function readerLag(scene: Scene, samples: number): Promise<readonly number[]> {
  const { users, hit, run } = scene;
  const [client, authorization = ''] = users.find(([it]) => it.near.name === hit) ?? [];
  const lags: number[] = [];
  for (let turn = 0; turn < samples; turn += 1) {
    const id = `${run}-reader-${turn}`;
    const article = { title: id, description: 'drill', body: id, tagList: [] };
    const headers = { authorization, 'idempotency-key': id };
    const answered = client?.send('POST', '/api/articles', { article }, headers);
    const seen = await Promise.all(
      (['writer', 'reader'] as const).map((which) => whenSeen(scene, which, id)),
    );
    await answered;
    const [written, read] = seen;
    if (written !== undefined && read !== undefined) lags.push(Math.round(read - written));
  }
  return lags;
}

/** When a title is in the Region that writes; undefined where it does not come, or nobody is asked. */
async function whenSeen(
  { world, control, hit, shards }: Scene,
  which: 'writer' | 'reader',
  title: string,
): Promise<number | undefined> {
  const document = await control.read();
  const asked = shards.flatMap((shard) => {
    const domain = document.shards[shard]?.domains['content'];
    const server = serverAt(world, hit, domain?.endpoints[hit]?.writer ?? '');
    const of = which === 'writer' ? server : server?.reader;
    return domain === undefined || of === undefined ? [] : [of.connect(domain.database)];
  });
  try {
    for (const began = performance.now(); performance.now() - began < LONGEST_MS;) {
      const found = await Promise.all(
        asked.map((it) => it.query('select 1 from articles where title = $1', [title])),
      );
      if (asked.length === 0 || found.some((rows) => rows.length > 0)) break;
      await pause(LOOK_MS);
    }
    return asked.length === 0 ? undefined : performance.now();
  } finally {
    await Promise.all(asked.map((it) => it.end()));
  }
}

export interface OwnWrites {
  /** Writes and changes that were read where they were made. */
  readonly read: number;
  /** Those that were not found, or in a state of before. */
  readonly stale: number;
  readonly failed: number;
  /** Longest time until a write was acknowledged, in milliseconds. */
  readonly longestMs: number;
}

/**
 * Near every Region that does not write, or near the one that does: an article, a look at it, a change of it,
 * another look.
 */
export async function ownWrites(
  scene: Scene,
  samples: number,
  where: 'elsewhere' | 'home' = 'elsewhere',
): Promise<OwnWrites> {
  const near = scene.users.filter(
    ([client]) => (client.near.name === scene.hit) === (where === 'home'),
  );
  const all = await Promise.all(near.map((user) => ownWritesOf(scene, user, samples)));
  const sum = (of: (it: OwnWrites) => number) => all.reduce((total, it) => total + of(it), 0);
  return {
    read: sum(({ read }) => read),
    stale: sum(({ stale }) => stale),
    failed: sum(({ failed }) => failed),
    longestMs: Math.round(Math.max(...all.map(({ longestMs }) => longestMs))),
  };
}

async function ownWritesOf(
  { run }: Scene,
  [client, authorization]: Scene['users'][number],
  samples: number,
): Promise<OwnWrites> {
  const seen = { read: 0, stale: 0, failed: 0, longestMs: 0 };
  const write = async (method: string, path: string, id: string, article: object) => {
    const sent = performance.now();
    const headers = { authorization, 'idempotency-key': id };
    const outcome = await client.send(method, path, { article }, headers);
    seen.longestMs = Math.max(seen.longestMs, performance.now() - sent);
    if (outcome.kind === 'answer' && outcome.status < 300) return slugOf(outcome.body);
    seen.failed += 1;
    return undefined;
  };
  // Anybody there, not only the author: who is not logged in may be answered by a cache.
  const look = async (slug: string, body: string) => {
    const outcome = await client.send('GET', `/api/articles/${slug}`, undefined);
    const text = outcome.kind === 'answer' && outcome.status === 200 ? outcome.body : '';
    if (text !== '' && bodyOf(text) === body) seen.read += 1;
    else seen.stale += 1;
  };
  for (let turn = 0; turn < samples; turn += 1) {
    const id = `${run}-own-${client.near.name}-${turn}`;
    const article = { title: id, description: 'drill', body: id, tagList: [] };
    const slug = await write('POST', '/api/articles', id, article);
    if (slug === undefined) continue;
    await look(slug, id);
    const changed = `${id} changed`;
    const path = `/api/articles/${slug}`;
    const now = await write('PUT', path, `${id}-changed`, { body: changed });
    if (now !== undefined) await look(now, changed);
    await pause(BETWEEN_MS);
  }
  return seen;
}

function slugOf(text: string): string {
  return (JSON.parse(text) as { article: { slug: string } }).article.slug;
}

function bodyOf(text: string): string {
  return (JSON.parse(text) as { article: { body: string } }).article.body;
}
