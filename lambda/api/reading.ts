import type { Context } from 'hono';
import {
  type Article,
  type ArticleFilter,
  type ArticlePage,
  type ArticleSummary,
  findArticle,
  listArticles,
} from '../data/content';
import type { CacheEntry } from '../platform/cache-aside';
import type { Queryable } from '../platform/databases';
import { usernameKey } from '../platform/directory';
import { RequestError } from '../platform/errors';
import { type Id, idOfSlug, logicalShardOf } from '../platform/ids';
import { shardOf, type TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import type { Page } from './validation';

/** `hit`, `miss`, `off` where no cache is configured, `down` where it does not answer. */
export const CACHE_HEADER = 'x-meridian-cache';

/** Writes of other Regions are seen after the replicas' lag and at most this. */
const TTL_MS = 3_000;
/** So long may be remembered that an article is not there; it may just be on its way. */
const NEGATIVE_TTL_MS = 1_000;

/** What is read of articles together becomes void together. */
export const scopes = {
  /** Every list that is of no one author or tag, and the tags. */
  all: 'articles',
  article: (id: Id) => `article:${id}`,
  author: (username: string) => `author:${usernameKey(username)}`,
  tag: (tag: string) => `tag:${tag}`,
} as const;

export function entryOf(scope: string, name: string): CacheEntry {
  return { scope, name, ttlMs: TTL_MS, negativeTtlMs: NEGATIVE_TTL_MS };
}

/** Scopes in which an article appears, given its body of the public contract. */
export function scopesOf({ article }: ReturnType<typeof toBody>): readonly string[] {
  const id = idOfSlug(article.slug);
  return [
    scopes.all,
    ...(id === undefined ? [] : [scopes.article(id)]),
    scopes.author(article.author.username),
    ...article.tagList.map(scopes.tag),
  ];
}

/** Answers with what the cache or `load` has. @throws RequestError 404 where there is nothing */
export async function answerCached(
  context: Context,
  deps: Dependencies,
  entry: CacheEntry,
  load: () => Promise<object | undefined>,
): Promise<Response> {
  const { text, outcome } = await deps.cache.read(entry, async () => {
    const body = await load();
    return body && JSON.stringify(body);
  });
  context.header(CACHE_HEADER, outcome);
  if (text === undefined) throw new RequestError(404, { article: ['not found'] });
  return context.body(text, 200, { 'content-type': 'application/json' });
}

/** From the Region's reader. */
export async function find(deps: Dependencies, id: Id): Promise<Article | undefined> {
  const { document } = await deps.topology.current();
  const { location } = shardOf(document, logicalShardOf(id));
  return await deps.databases.read(location, 'content', (sql) => findArticle(sql, id));
}

/** A page of an author's articles, of a tag's, or of all. */
export async function list(
  deps: Dependencies,
  { author, tag }: { readonly author: string | undefined; readonly tag: string | undefined },
  page: Page,
) {
  const { document } = await deps.topology.current();
  const count = page.offset + page.limit;
  if (author === undefined) {
    const filter = tag === undefined ? {} : { tag };
    const pages = await ofEveryShard(deps, document, (sql) => listArticles(sql, filter, count));
    return toList(pages, page);
  }
  const entry = await deps.directory.find(usernameKey(author));
  if (entry === undefined) return toList([], page);
  const filter: ArticleFilter = { authorId: entry.userId };
  const { location } = shardOf(document, logicalShardOf(entry.userId));
  const only = await deps.databases.read(location, 'content', (sql) =>
    listArticles(sql, filter, count),
  );
  return toList([only], page);
}

/** Content is cut by author: what belongs to no one author is asked of every shard at once. */
export function ofEveryShard<T>(
  deps: Dependencies,
  document: TopologyDocument,
  query: (sql: Queryable) => Promise<T>,
): Promise<T[]> {
  const shards = Object.values(document.shards);
  return Promise.all(shards.map((shard) => deps.databases.read(shard, 'content', query)));
}

/** Ids begin with the time, so that shards' lists merge by id. */
function toList(pages: readonly ArticlePage[], { offset, limit }: Page) {
  const newest = pages
    .flatMap(({ articles }) => articles)
    .sort((left, right) => (BigInt(left.id) < BigInt(right.id) ? 1 : -1));
  return {
    articles: newest.slice(offset, offset + limit).map(toSummary),
    articlesCount: pages.reduce((sum, { total }) => sum + total, 0),
  };
}

export function toBody(article: Article) {
  const { slug, title, description, ...rest } = toSummary(article);
  return { article: { slug, title, description, body: article.body, ...rest } };
}

/** Nobody follows or favours yet: those flags are false for every viewer. */
function toSummary(article: ArticleSummary) {
  const { slug, title, description, tagList, createdAt, updatedAt, favoritesCount } = article;
  return {
    slug,
    title,
    description,
    tagList: [...tagList],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    favorited: false,
    favoritesCount,
    author: { ...article.author, following: false },
  };
}
