import { type Client, overHttp } from './client';
import { draft, joined } from './live';
import { REGIONS, type ServerOfTest, type ShardedWorld, startShardedWorld } from './sharded';

const SIZE = { users: 40, articles: 120, follows: 200, favorites: 200 };
const BEHIND_MS = 100;

/** Who asks a server of a Region, with a session there. */
export interface Guest {
  readonly at: ServerOfTest;
  readonly authorization: string;
}

/** All that may be declared, and people in it, one for each Region, each with a draft. */
export interface FullWorld extends ShardedWorld {
  /** Of the Region that writes half of the shards, the lists and the directory. */
  readonly home: ServerOfTest;
  /** Of the first guest, who is at {@link home} and has written {@link slug}. */
  readonly authorization: string;
  readonly slug: string;
  /** The last one's Region writes nothing. */
  readonly guests: readonly Guest[];
}

/**
 * Three Regions over four shards, with a cache each, queues, lists of everybody's articles, the feed as it
 * happens, drafts, notifications and a bucket: the world for what strangers may send.
 */
export async function startFullWorld(): Promise<FullWorld> {
  const world = await startShardedWorld({
    ...{ size: SIZE, behindMs: BEHIND_MS, queued: true, live: true, unhurried: true },
    uploadBucket: 'uploads-of-this-test',
  });
  try {
    const guests: Guest[] = [];
    for (const region of REGIONS) {
      const at = world.servers[region][0]!;
      const { authorization } = await joined(overHttp, at);
      guests.push({ at, authorization });
      await told({ at, authorization }, 'PUT', '/api/drafts/mine', { draft: draft() });
    }
    const [author] = guests as [Guest, ...Guest[]];
    const { article } = (await told(author, 'POST', '/api/articles', { article: draft() })).body;
    const { at: home, authorization } = author;
    return { ...world, home, authorization, slug: article.slug, guests };
  } catch (error) {
    await world.stop();
    throw error;
  }
}

async function told(
  { at, authorization }: Guest,
  method: string,
  path: string,
  body: object,
): ReturnType<Client> {
  const answer = await overHttp(at, method, path, body, { authorization });
  if (answer.status > 201) throw new Error(`${method} ${path} answered ${answer.status}`);
  return answer;
}
