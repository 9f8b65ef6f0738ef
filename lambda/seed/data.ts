import { EPOCH_MS, type Id } from '../platform/ids';
import { LOGICAL_SHARDS } from '../topology';
import { mostly, pick, type Random, randomOf } from './random';
import { BODIES, sentence, TAGS } from './words';

/** How much of everything there is. */
export interface SeedSize {
  readonly users: number;
  readonly articles: number;
  readonly follows: number;
  readonly favorites: number;
}

/** What public backends of this contract have been measured with. */
export const SEED_SIZE: SeedSize = {
  users: 5_000,
  articles: 20_000,
  follows: 100_000,
  favorites: 100_000,
};

export interface SeedUser {
  readonly id: Id;
  readonly username: string;
  readonly email: string;
  readonly bio: string | null;
  readonly createdAt: Date;
}

export interface SeedArticle {
  readonly id: Id;
  readonly author: SeedUser;
  readonly title: string;
  readonly description: string;
  readonly body: string;
  readonly tagList: readonly string[];
  readonly createdAt: Date;
  readonly favoritesCount: number;
}

/** Who follows whom, or favours what. */
export interface SeedTie {
  readonly by: SeedUser;
  readonly to: Id;
  readonly createdAt: Date;
}

export interface Seed {
  readonly users: readonly SeedUser[];
  readonly articles: readonly SeedArticle[];
  readonly follows: readonly SeedTie[];
  readonly favorites: readonly SeedTie[];
}

/** Everything is of a time before any that a test or a user makes. */
const BEGAN = Date.UTC(2025, 5, 1);
const MINUTE = 60_000;
/** One password for all of them. */
export const SEED_PASSWORD = 'correct horse';

/**
 * The same for the same size, everywhere. As in life, few have most: authors' articles and followers,
 * articles' favourites and tags' articles fall off by a power of the rank.
 */
export function seedOf(size: SeedSize = SEED_SIZE): Seed {
  const random = randomOf(8);
  const users = Array.from({ length: size.users }, (_, n) => userOf(n, random));
  const articles = Array.from({ length: size.articles }, (_, n) =>
    articleOf(n, pick(random, users, 2), random),
  );
  const began = BEGAN + size.articles * MINUTE;
  const follows = ties({ count: size.follows, began, users, random }, (by) => {
    const other = pick(random, users, 2.5);
    return other === by ? undefined : other.id;
  });
  const favorites = ties(
    { count: size.favorites, began, users, random },
    () => pick(random, articles, 2).id,
  );
  const counts = new Map<Id, number>();
  for (const { to } of favorites) counts.set(to, (counts.get(to) ?? 0) + 1);
  const counted = articles.map((one) => ({ ...one, favoritesCount: counts.get(one.id) ?? 0 }));
  return { users, articles: counted, follows, favorites };
}

interface Ties {
  readonly count: number;
  /** When the first was made, epoch milliseconds. */
  readonly began: number;
  readonly users: readonly SeedUser[];
  readonly random: Random;
}

/** Each pair once. */
function ties(
  { count, began, users, random }: Ties,
  choose: (by: SeedUser) => Id | undefined,
): readonly SeedTie[] {
  const made = new Map<string, SeedTie>();
  for (let n = 0; made.size < count; n += 1) {
    const by = pick(random, users);
    const to = choose(by);
    if (to === undefined) continue;
    made.set(`${by.id} ${to}`, { by, to, createdAt: new Date(began + n * MINUTE) });
  }
  return [...made.values()];
}

/** As `next_id` makes them. */
function idOf(at: number, logicalShard: number, sequence: number): Id {
  const time = BigInt(at - EPOCH_MS);
  return ((time << 22n) | (BigInt(logicalShard) << 12n) | BigInt(sequence % 4096)).toString();
}

function logicalShard(user: number): number {
  return (user * 197) % LOGICAL_SHARDS;
}

function userOf(n: number, random: Random): SeedUser {
  const at = BEGAN - 6_000 * MINUTE + n * MINUTE;
  const username = `seed-${n}`;
  return {
    id: idOf(at, logicalShard(n), n),
    username,
    email: `${username}@seed.example.com`,
    bio: random() < 0.7 ? sentence(random, 8) : null,
    createdAt: new Date(at),
  };
}

function articleOf(n: number, author: SeedUser, random: Random): SeedArticle {
  const at = BEGAN + n * MINUTE;
  const shard = logicalShard(Number(author.username.slice('seed-'.length)));
  const tags = Array.from({ length: Math.floor(random() * 5) }, () => mostly(random, TAGS, 2));
  return {
    id: idOf(at, shard, n),
    author,
    title: sentence(random, 5),
    description: sentence(random, 10),
    body: pick(random, BODIES)(random),
    tagList: [...new Set(tags)].map((tag) => `topic-${tag}`),
    createdAt: new Date(at),
    favoritesCount: 0,
  };
}
