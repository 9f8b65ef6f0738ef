import type { Hono } from 'hono';
import {
  type Article,
  type ArticleFilter,
  type ArticlePage,
  type ArticleSummary,
  findArticle,
  insertArticle,
  listArticles,
  listTags,
  type NewArticle,
} from '../../data/content';
import { idempotencyRecord, once } from '../../data/idempotency';
import { findUser } from '../../data/identity';
import type { Queryable } from '../../platform/databases';
import { usernameKey } from '../../platform/directory';
import { RequestError } from '../../platform/errors';
import { type Id, idOfSlug, logicalShardOf } from '../../platform/ids';
import { type ShardLocation, shardOf, type TopologyDocument } from '../../topology';
import type { Dependencies } from '../dependencies';
import { demandViewer, type Incoming, parseObject, readIncoming, type Viewer } from '../incoming';
import { type Page, parseArticle, parseFilter, parsePage } from '../validation';
import { performWrite } from '../write';

type Query = Readonly<Record<string, string>>;

/** Articles and tags. Nobody follows or favours yet: those flags are false for every viewer. */
export function articleRoutes(app: Hono, deps: Dependencies): void {
  app.post('/api/articles', async (context) => {
    const incoming = await readIncoming(context, deps);
    const vouched = incoming.forwardedBy !== undefined;
    const viewer = await demandViewer(incoming.authorization, vouched, deps);
    const article = parseArticle(parseObject(incoming.body));
    const { document, ageMs } = await deps.topology.current();
    const { location } = shardOf(document, logicalShardOf(viewer.userId));
    return await performWrite(context, deps, incoming, {
      home: location.home,
      state: location.state,
      topologyAgeMs: ageMs,
      execute: () => post(deps, location, incoming, viewer, article),
      isVisible: (body) => isReadable(deps, location, body.article.slug),
    });
  });

  app.get('/api/articles', async (context) => {
    const { document } = await deps.topology.current();
    return context.json(await list(deps, document, context.req.query()));
  });

  app.get('/api/articles/:slug', async (context) => {
    const id = idOfSlug(context.req.param('slug'));
    const article = id === undefined ? undefined : await find(deps, id);
    if (article === undefined) throw new RequestError(404, { article: ['not found'] });
    return context.json(toBody(article));
  });

  app.get('/api/tags', async (context) => {
    const { document } = await deps.topology.current();
    const tags = await ofEveryShard(deps, document, listTags);
    return context.json({ tags: [...new Set(tags.flat())] });
  });
}

async function post(
  deps: Dependencies,
  location: ShardLocation,
  incoming: Incoming,
  viewer: Viewer,
  article: NewArticle,
) {
  const author = await findUser(await deps.databases.writer(location, 'identity'), viewer.userId);
  if (author === undefined) throw new RequestError(401, { token: ['is invalid'] });
  const { idempotencyKey: key } = incoming;
  const secret = await deps.signingSecret();
  const record = key && idempotencyRecord(incoming, key, viewer.userId, secret);
  const sql = await deps.databases.writer(location, 'content');
  const shard = logicalShardOf(viewer.userId);
  const { value } = await once(sql, record || undefined, async (transaction) =>
    toBody(await insertArticle(transaction, author, shard, article)),
  );
  return value;
}

async function find(deps: Dependencies, id: Id): Promise<Article | undefined> {
  const { document } = await deps.topology.current();
  const { location } = shardOf(document, logicalShardOf(id));
  return await deps.databases.read(location, 'content', (sql) => findArticle(sql, id));
}

async function isReadable(
  deps: Dependencies,
  location: ShardLocation,
  slug: string,
): Promise<boolean> {
  if (location.home === deps.region && deps.databases.readsWriter(location, 'content')) return true;
  const id = idOfSlug(slug);
  return id !== undefined && (await find(deps, id)) !== undefined;
}

async function list(deps: Dependencies, document: TopologyDocument, query: Query) {
  const page = parsePage(query);
  const count = page.offset + page.limit;
  const author = parseFilter(query, 'author');
  if (author === undefined) {
    const tag = parseFilter(query, 'tag');
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
function ofEveryShard<T>(
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

function toBody(article: Article) {
  const { slug, title, description, ...rest } = toSummary(article);
  return { article: { slug, title, description, body: article.body, ...rest } };
}

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
