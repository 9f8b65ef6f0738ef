import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import {
  deleteArticle,
  type FullArticle,
  insertArticle,
  lockArticle,
  type NewArticle,
  updateArticle,
} from '../../data/articles';
import { findUser } from '../../data/identity';
import { RequestError } from '../../platform/errors';
import { idOfSlug, type Id, logicalShardOf } from '../../platform/ids';
import { shardOf } from '../../topology';
import { atWriter } from '../at-shard';
import { type Call, callOf } from '../call';
import type { Dependencies } from '../dependencies';
import { type Incoming, parseObject, startWrite, viewerOf } from '../incoming';
import { presentArticle } from '../presenting';
import { articleOf, CACHE_HEADER, readAt, showingAge } from '../reading';
import { scopes } from '../scopes';
import { transact } from '../transact';
import { parseArticle, parseArticleChange } from '../validation';
import { performWrite } from '../write';

/** One article at a time; lists are in `lists.ts`. */
export function articleRoutes(app: Hono, deps: Dependencies): void {
  app.post('/api/articles', (context) => post(context, deps));
  app.get('/api/articles/:slug', async (context) =>
    context.json(await readArticle(callOf(context), deps)),
  );
  app.put('/api/articles/:slug', (context) => put(context, deps));
  app.delete('/api/articles/:slug', (context) => remove(context, deps));
}

export async function readArticle(call: Call, all: Dependencies): Promise<object> {
  const deps = showingAge(call, all);
  const viewer = await viewerOf(call.authorization, deps);
  const { document } = await deps.topology.current();
  const { value, outcome } = await articleOf(deps, document, articleIdOf(call.slug));
  call.header(CACHE_HEADER, outcome);
  if (value === undefined) throw notFound();
  return await presentArticle({ deps, document, viewerId: viewer?.userId }, value);
}

/** @throws RequestError 404 for a slug that no article can have */
export function demandArticleId(context: Context): Id {
  return articleIdOf(context.req.param('slug') ?? '');
}

function articleIdOf(slug: string): Id {
  const id = idOfSlug(slug);
  if (id === undefined) throw notFound();
  return id;
}

export function notFound(): RequestError {
  return new RequestError(404, { article: ['not found'] });
}

async function post(context: Context, deps: Dependencies): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const article = parseArticle(parseObject(incoming.body));
  return await postArticle(context, deps, incoming, viewer.userId, article);
}

/** @param incoming as it is sent on to where the author's articles are written */
export async function postArticle(
  context: Context,
  deps: Dependencies,
  incoming: Incoming,
  owner: Id,
  article: NewArticle,
): Promise<Response> {
  return await performWrite<FullArticle>(context, deps, incoming, {
    status: 201,
    place: (document) => shardOf(document, logicalShardOf(owner)).location,
    recorded: { owner, subject: owner, domain: 'content' },
    execute: async (view) => {
      const { name: shard, location } = shardOf(view.document, logicalShardOf(owner));
      const { place } = incoming;
      const asked = { shard, location, domain: 'identity', place } as const;
      const author = await atWriter(deps, asked, (sql) => findUser(sql, owner));
      if (author === undefined) throw new RequestError(401, { token: ['is invalid'] });
      const at = { view, incoming, subject: owner, owner, domain: 'content' } as const;
      const core = await transact(deps, at, (sql) =>
        insertArticle(sql, author, logicalShardOf(owner), article),
      );
      return { core, touched: listsWith(core) };
    },
    isVisible: ({ id }, document) => readAt(deps, document, id, 'articleExists', id),
    present: (core, document) => presentArticle({ deps, document, viewerId: owner }, core),
  });
}

async function put(context: Context, deps: Dependencies): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const id = demandArticleId(context);
  const change = parseArticleChange(parseObject(incoming.body));
  interface Changed {
    readonly article: FullArticle;
    readonly before: readonly string[];
  }
  return await performWrite<Changed>(context, deps, incoming, {
    status: 200,
    place: (document) => shardOf(document, logicalShardOf(id)).location,
    recorded: { owner: id, subject: viewer.userId, domain: 'content' },
    execute: async (view) => {
      const at = { view, incoming, subject: viewer.userId, owner: id, domain: 'content' } as const;
      const core = await transact(deps, at, async (sql) => {
        const { tagList } = await demandOwn(() => lockArticle(sql, id), viewer.userId);
        return { article: await updateArticle(sql, id, change), before: tagList };
      });
      const tags = [...core.before, ...core.article.tagList];
      const lists = change.tagList === undefined ? [] : [scopes.all, ...tags.map(scopes.tag)];
      const author = scopes.author(viewer.userId);
      return { core, touched: [...new Set([scopes.article(id), author, ...lists])] };
    },
    isVisible: ({ article: { version } }, document) =>
      readAt(deps, document, id, 'articleHasVersion', id, version),
    present: ({ article }, document) =>
      presentArticle({ deps, document, viewerId: viewer.userId }, article),
  });
}

async function remove(context: Context, deps: Dependencies): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const id = demandArticleId(context);
  return await performWrite<null>(context, deps, incoming, {
    status: 204,
    place: (document) => shardOf(document, logicalShardOf(id)).location,
    recorded: { owner: id, subject: viewer.userId, domain: 'content' },
    execute: async (view) => {
      const at = { view, incoming, subject: viewer.userId, owner: id, domain: 'content' } as const;
      const gone = await transact(deps, at, async (sql) => {
        const article = await demandOwn(() => lockArticle(sql, id), viewer.userId);
        await deleteArticle(sql, article);
        return article;
      });
      return { core: null, touched: [...listsWith(gone), scopes.comments(id)] };
    },
    isVisible: async (_, document) => !(await readAt(deps, document, id, 'articleExists', id)),
    present: () => ({}),
  });
}

/** @throws RequestError 404, or 403 where it is somebody else's */
async function demandOwn<T extends { readonly authorId: Id }>(
  find: () => Promise<T | undefined>,
  userId: Id,
): Promise<T> {
  const article = await find();
  if (article === undefined) throw notFound();
  if (article.authorId !== userId) throw new RequestError(403, { article: ['forbidden'] });
  return article;
}

/** Scopes of an article and of all lists in which it may stand. */
function listsWith(article: {
  readonly id: Id;
  readonly authorId: Id;
  readonly tagList: readonly string[];
}): readonly string[] {
  const { id, authorId, tagList } = article;
  return [scopes.all, scopes.article(id), scopes.author(authorId), ...tagList.map(scopes.tag)];
}
