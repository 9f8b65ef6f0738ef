import type { Hono } from 'hono/tiny';
import type { ArticleFilter, IdPage, RowPage } from '../../data/lists';
import type { CacheEntry } from '../../platform/cache-aside';
import { encodeId, type Id } from '../../platform/ids';
import type { TopologyDocument } from '../../topology';
import { type Call, callOf, type Headed } from '../call';
import type { Dependencies } from '../dependencies';
import { demandViewer, viewerOf } from '../incoming';
import { presentArticles, type Presenter } from '../presenting';
import {
  articlesOf,
  CACHE_HEADER,
  ofEveryShard,
  ofTheirShards,
  onlyShardHere,
  readAt,
  readCached,
  showingAge,
  userIdOf,
} from '../reading';
import { listedIds } from '../discovery';
import { timelineIds } from '../feed';
import { readShard } from '../reads';
import { entryOf, scopes } from '../scopes';
import { type Page, parseFilter, parsePage } from '../validation';
import { tagRoutes } from './tags';

/** Where the next page begins, for `cursor=`; without one, there is none. */
export const NEXT_CURSOR = 'x-meridian-next-cursor';

const EMPTY: IdPage = { ids: [], total: 0 };

/** Lists of articles, the feed and the tags. */
export function listRoutes(app: Hono, deps: Dependencies): void {
  app.get('/api/articles', async (context) =>
    context.json(await listArticles(callOf(context), deps)),
  );
  app.get('/api/articles/feed', async (context) =>
    context.json(await readFeed(callOf(context), deps)),
  );
  tagRoutes(app, deps);
}

export async function listArticles(call: Call, all: Dependencies): Promise<object> {
  const deps = showingAge(call, all);
  const { query } = call;
  const page = parsePage(query);
  const names = {
    author: parseFilter(query, 'author'),
    favorited: parseFilter(query, 'favorited'),
    tag: parseFilter(query, 'tag'),
  };
  const viewer = await viewerOf(call.authorization, deps);
  const { document } = await deps.topology.current();
  const idOf = (name: string | undefined) =>
    name === undefined ? undefined : userIdOf(deps, document, name);
  const [authorId, favoredBy] = await Promise.all([idOf(names.author), idOf(names.favorited)]);
  const nobody =
    (names.author !== undefined && authorId === undefined) ||
    (names.favorited !== undefined && favoredBy === undefined);
  const filter: ArticleFilter = { authorId, favoredBy, tag: names.tag };
  const rows = nobody ? undefined : await loadRows(deps, document, filter, page);
  if (rows !== undefined) {
    call.header(CACHE_HEADER, 'off');
    return await presentRows(call, { deps, document, viewerId: viewer?.userId }, rows, page);
  }
  const load = () => loadPage(deps, document, filter, page);
  const entry = entryFor(filter, page);
  let found: IdPage = EMPTY;
  if (!nobody && entry === undefined) found = await load();
  else if (!nobody && entry !== undefined) {
    const { value = EMPTY, outcome } = await readCached(deps, entry, load);
    call.header(CACHE_HEADER, outcome);
    found = value;
  }
  return await presentList(call, deps, document, viewer?.userId, found, page);
}

export async function readFeed(call: Call, all: Dependencies): Promise<object> {
  const deps = showingAge(call, all);
  const viewer = await demandViewer(call.authorization, false, deps);
  const page = parsePage(call.query);
  const { document } = await deps.topology.current();
  const load = deps.events === undefined ? loadFeed : loadTimeline;
  const found = await load(deps, document, viewer.userId, page);
  return await presentList(call, deps, document, viewer.userId, found, page);
}

/** What those whom the viewer follows have written: pulled from their shards when it is asked for. */
async function loadFeed(
  deps: Dependencies,
  document: TopologyDocument,
  viewerId: Id,
  page: Page,
): Promise<IdPage> {
  const authors = await readAt(deps, document, viewerId, 'followed', viewerId);
  const pages = await ofTheirShards<'feedIds'>(deps, document, authors, 'feedIds', (some) => [
    some,
    rangeOf(page),
  ]);
  return mergePages(pages, page);
}

/** As {@link loadFeed}, from the viewer's timeline; pulled is only what is not in it. */
async function loadTimeline(
  deps: Dependencies,
  document: TopologyDocument,
  viewerId: Id,
  page: Page,
): Promise<IdPage> {
  const { pushed, pulled } = await timelineIds(deps, document, viewerId, rangeOf(page));
  return mergePages([pushed, ...pulled, EMPTY], page);
}

/** More rows than these would be read in order to be skipped. */
const MOST_ROWS = 60;

/**
 * Without a cache, whose entries are articles by id, a list that stands in one shard is read with its
 * articles. `undefined` where that is not so.
 */
async function loadRows(
  deps: Dependencies,
  document: TopologyDocument,
  filter: ArticleFilter,
  page: Page,
): Promise<RowPage | undefined> {
  const range = rangeOf(page);
  if (deps.cache.state !== 'off' || range.count > MOST_ROWS) return undefined;
  const shard = onlyShardHere(deps, document, filter.authorId, 'content');
  if (shard === undefined) return undefined;
  const { rows, total } = await readShard(deps, document, shard, 'rows', [filter, range]);
  return { rows: rows.slice(page.offset), total };
}

/**
 * An author's shard knows all of that author's articles. Everybody's, and a tag's, are in a store of their
 * own, where there is one; any other list is asked of every shard.
 */
async function loadPage(
  deps: Dependencies,
  document: TopologyDocument,
  filter: ArticleFilter,
  page: Page,
): Promise<IdPage> {
  const { authorId, favoredBy, tag } = filter;
  const range = rangeOf(page);
  if (authorId !== undefined)
    return mergePages([await readAt(deps, document, authorId, 'listIds', filter, range)], page);
  const listed = favoredBy === undefined ? await listedIds(deps, document, tag, range) : undefined;
  const pages = listed ?? (await ofEveryShard(deps, document, 'listIds', filter, range));
  return mergePages(pages, page);
}

export function rangeOf({ offset, limit, before }: Page) {
  return { before, count: offset + limit };
}

/** Ids begin with the time, so that shards' lists merge by id. */
export function mergePages(pages: readonly IdPage[], { offset, limit }: Page): IdPage {
  const ids = pages.flatMap((page) => page.ids);
  if (pages.length > 1) ids.sort((left, right) => (BigInt(left) < BigInt(right) ? 1 : -1));
  return {
    ids: ids.slice(offset, offset + limit),
    total: pages.reduce((sum, { total }) => sum + total, 0),
  };
}

/** A user's favourites are not kept: whatever one favours would make them void. */
function entryFor({ authorId, favoredBy, tag }: ArticleFilter, page: Page): CacheEntry | undefined {
  if (favoredBy !== undefined) return undefined;
  const at = `${page.before ?? ''}:${page.offset}:${page.limit}`;
  const tagScope = tag === undefined ? '' : scopes.tag(tag);
  if (authorId !== undefined) return entryOf(scopes.author(authorId), `${at}:${tagScope}`);
  return entryOf(tag === undefined ? scopes.all : tagScope, at);
}

export async function presentList(
  answer: Headed,
  deps: Dependencies,
  document: TopologyDocument,
  viewerId: Id | undefined,
  { ids, total }: IdPage,
  page: Page,
): Promise<object> {
  const found = await articlesOf(deps, document, ids);
  const rows = ids.flatMap((id) => found.get(id) ?? []);
  markNext(answer, ids, page);
  return {
    articles: await presentArticles({ deps, document, viewerId }, rows),
    articlesCount: total,
  };
}

async function presentRows(
  answer: Headed,
  by: Presenter,
  { rows, total }: RowPage,
  page: Page,
): Promise<object> {
  const ids = rows.map(({ id }) => id);
  markNext(answer, ids, page);
  return { articles: await presentArticles(by, rows), articlesCount: total };
}

function markNext(answer: Headed, ids: readonly Id[], { limit }: Page): void {
  const last = ids.at(-1);
  if (ids.length === limit && last !== undefined) answer.header(NEXT_CURSOR, encodeId(last));
}
