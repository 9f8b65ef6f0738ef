import { serverAt } from './databases';
import type { Scene } from './scene';

const COUNTING_MS = 10_000;

/** Articles of the run's users, by the databases that hold articles where they are written. */
export function writtenOf(scene: Scene): Promise<number> {
  return summed(
    scene,
    'content',
    `select count(*)::int as count from articles where title like $1`,
    [`${scene.run}-%`],
  );
}

/** The same as the consumers of events have counted them, one for each event. */
export async function countedOf(scene: Scene): Promise<number> {
  const authors = await authorsOf(scene);
  return summed(
    scene,
    'social',
    `select coalesce(sum(articles), 0)::int as count from counters
      where user_id = any($1::text::bigint[])`,
    [`{${authors.join()}}`],
  );
}

async function authorsOf(scene: Scene): Promise<readonly string[]> {
  const rows = await queried<{ author: string }>(
    scene,
    'content',
    'select distinct author_id::text as author from articles where title like $1',
    [`${scene.run}-%`],
  );
  return rows.map(({ author }) => author);
}

async function summed(
  scene: Scene,
  domain: string,
  text: string,
  values: readonly string[],
): Promise<number> {
  const rows = await queried<{ count: number }>(scene, domain, text, values);
  return rows.reduce((sum, { count }) => sum + count, 0);
}

/** Rows of a domain's databases of every shard that the Region which is hit writes. */
async function queried<Row extends object>(
  { world, control, hit, shards: names }: Scene,
  domain: string,
  text: string,
  values: readonly string[],
): Promise<readonly Row[]> {
  const { shards } = await control.read();
  const all = names.map(async (name) => {
    const place = shards[name]?.domains[domain];
    const server = serverAt(world, hit, place?.endpoints[hit]?.writer ?? '');
    if (place === undefined || server === undefined) return [];
    const connection = server.connect(place.database, COUNTING_MS);
    try {
      return await connection.query<Row>(text, [...values]);
    } finally {
      await connection.end();
    }
  });
  return (await Promise.all(all)).flat();
}
