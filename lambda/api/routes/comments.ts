import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import { exists } from '../../data/articles';
import { type CommentRow, deleteComment, findComment, insertComment } from '../../data/comments';
import { RequestError } from '../../platform/errors';
import { logicalShardOf } from '../../platform/ids';
import { shardOf } from '../../topology';
import { callOf } from '../call';
import type { Dependencies } from '../dependencies';
import { optionalViewer, parseObject, startWrite } from '../incoming';
import { presentComments } from '../presenting';
import { CACHE_HEADER, readAt, readCached, showingAge } from '../reading';
import { entryOf, scopes } from '../scopes';
import { transact } from '../transact';
import { parseComment } from '../validation';
import { performWrite } from '../write';
import { demandArticleId, notFound } from './articles';

/** Comments stand with their article. */
export function commentRoutes(app: Hono, deps: Dependencies): void {
  app.get('/api/articles/:slug/comments', (context) =>
    list(context, showingAge(callOf(context), deps)),
  );
  app.post('/api/articles/:slug/comments', (context) => post(context, deps));
  app.delete('/api/articles/:slug/comments/:id', (context) => remove(context, deps));
}

async function list(context: Context, deps: Dependencies): Promise<Response> {
  const viewer = await optionalViewer(context, deps);
  const id = demandArticleId(context);
  const { document } = await deps.topology.current();
  const entry = entryOf(scopes.comments(id), 'all');
  const { value, outcome } = await readCached(deps, entry, async () =>
    readAt(deps, document, id, 'comments', id),
  );
  context.header(CACHE_HEADER, outcome);
  if (value === undefined) throw notFound();
  const by = { deps, document, viewerId: viewer?.userId };
  return context.json({ comments: await presentComments(by, value) });
}

async function post(context: Context, deps: Dependencies): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const id = demandArticleId(context);
  const body = parseComment(parseObject(incoming.body));
  const { userId } = viewer;
  return await performWrite<CommentRow>(context, deps, incoming, {
    status: 201,
    place: (document) => shardOf(document, logicalShardOf(id)).location,
    recorded: { owner: id, subject: userId, domain: 'content' },
    execute: async (view) => {
      const at = { view, incoming, subject: userId, owner: id, domain: 'content' } as const;
      const core = await transact(deps, at, async (sql) => {
        const comment = await insertComment(sql, id, userId, body);
        if (comment === undefined) throw notFound();
        return comment;
      });
      return { core, touched: [scopes.comments(id)] };
    },
    isVisible: async ({ no }, document) => {
      const found = await readAt(deps, document, id, 'comment', id, no);
      return found !== undefined;
    },
    present: async (core, document) => {
      const [comment] = await presentComments({ deps, document, viewerId: userId }, [core]);
      return { comment };
    },
  });
}

async function remove(context: Context, deps: Dependencies): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const id = demandArticleId(context);
  const no = demandNumber(context.req.param('id') ?? '');
  const { userId } = viewer;
  return await performWrite<null>(context, deps, incoming, {
    status: 204,
    place: (document) => shardOf(document, logicalShardOf(id)).location,
    recorded: { owner: id, subject: userId, domain: 'content' },
    execute: async (view) => {
      const at = { view, incoming, subject: userId, owner: id, domain: 'content' } as const;
      await transact(deps, at, async (sql) => {
        const comment = await findComment(sql, id, no);
        if (comment === undefined) throw (await exists(sql, id)) ? noComment() : notFound();
        if (comment.authorId !== userId) throw new RequestError(403, { comment: ['forbidden'] });
        await deleteComment(sql, id, no);
        return null;
      });
      return { core: null, touched: [scopes.comments(id)] };
    },
    isVisible: async (_, document) => !(await readAt(deps, document, id, 'comment', id, no)),
    present: () => ({}),
  });
}

function demandNumber(text: string): number {
  const no = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (!(no > 0)) throw noComment();
  return no;
}

function noComment(): RequestError {
  return new RequestError(404, { comment: ['not found'] });
}
