import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import { type Draft, type Drafts, MOST_DRAFTS, type WholeDraft } from '../../platform/drafts';
import { demandKept, invalid, RequestError } from '../../platform/errors';
import { type Revision, isRevisionId } from '../../platform/revisions';
import type { Dependencies } from '../dependencies';
import { parseObject, readingViewer, startWrite } from '../incoming';
import { parseArticle, parseDraft, parseParents, parseRevision } from '../validation';
import { postArticle } from './articles';

const DRAFT_ID = /^[\w-]{1,64}$/;

/**
 * What one has not published yet, read and written in the Region's own copy of the table: a Region that
 * has lost all others goes on, and what they wrote meanwhile stands beside it afterwards.
 */
export function draftRoutes(app: Hono, deps: Dependencies): void {
  app.get('/api/drafts', async (context) => {
    const { userId } = await readingViewer(context, deps);
    const drafts = await keptIn(deps).list(userId);
    return context.json({ drafts: drafts.map(summaryOf) });
  });
  app.get('/api/drafts/:id', async (context) => {
    const { userId } = await readingViewer(context, deps);
    return context.json({ draft: await shownOf(keptIn(deps), userId, draftIdOf(context)) });
  });
  app.put('/api/drafts/:id', (context) => put(context, deps));
  app.delete('/api/drafts/:id', async (context) => {
    const { viewer } = await startWrite(context, deps);
    if (!(await keptIn(deps).end(viewer.userId, draftIdOf(context)))) throw notFound();
    return context.body(null, 204);
  });
  app.get('/api/drafts/:id/revisions', (context) => listRevisions(context, deps));
  app.get('/api/drafts/:id/revisions/:revision', (context) => readRevision(context, deps));
  app.post('/api/drafts/:id/publish', (context) => publish(context, deps));
}

async function put(context: Context, deps: Dependencies): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const { userId } = viewer;
  const id = draftIdOf(context);
  const body = parseObject(incoming.body);
  const document = parseDraft(body);
  const parents = parseParents(body);
  const draft = await keptIn(deps).write(userId, id, document, parents);
  if (draft === undefined) throw invalid({ draft: [`are ${MOST_DRAFTS} at most`] });
  return context.json({ draft: wholeOf(draft) });
}

async function listRevisions(context: Context, deps: Dependencies): Promise<Response> {
  const { userId } = await readingViewer(context, deps);
  const { all, winner, conflicts } = await keptIn(deps).revisions(userId, draftIdOf(context));
  if (winner === undefined) throw notFound();
  return context.json({
    revisions: all.map((one) => ({
      ...aboutOf(one),
      parents: one.parents,
      deleted: one.deleted,
      slug: one.slug ?? null,
      state: one === winner ? 'shown' : conflicts.includes(one) ? 'conflict' : 'replaced',
    })),
  });
}

async function readRevision(context: Context, deps: Dependencies): Promise<Response> {
  const { userId } = await readingViewer(context, deps);
  const revision = context.req.param('revision') ?? '';
  const document = isRevisionId(revision)
    ? await keptIn(deps).document(userId, draftIdOf(context), revision)
    : undefined;
  if (document === undefined) throw new RequestError(404, { revision: ['not found'] });
  return context.json({ revision: { revision, ...document } });
}

/**
 * The article is written where its author's are, under a key made of the revision: published twice, in
 * two Regions at once as well, it is one article.
 */
async function publish(context: Context, deps: Dependencies): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const { userId } = viewer;
  const draftId = draftIdOf(context);
  const drafts = keptIn(deps);
  const named = parseRevision(incoming.body === '' ? {} : parseObject(incoming.body));
  const { revision, document } = await chosen(drafts, userId, draftId, named);
  const article = parseArticle({ article: document });
  const write = {
    ...incoming,
    ...{ method: 'POST', path: '/api/articles', body: JSON.stringify({ article }) },
    idempotencyKey: `draft-${revision}`,
  };
  const response = await postArticle(context, deps, write, userId, article);
  if (response.status === 201) {
    const { slug } = ((await response.clone().json()) as { article: { slug: string } }).article;
    // It has been published: that the draft still shows is a lesser evil, and repeating it is harmless.
    await drafts.end(userId, draftId, slug).catch((error: unknown) => {
      deps.log('warn', 'a draft that was published is still there', { error });
    });
  }
  return response;
}

async function chosen(drafts: Drafts, userId: string, draftId: string, named: string | undefined) {
  if (named !== undefined) {
    const document = await drafts.document(userId, draftId, named);
    if (document === undefined) throw new RequestError(404, { revision: ['not found'] });
    return { revision: named, document };
  }
  const draft = await drafts.find(userId, draftId);
  if (draft === undefined) throw notFound();
  if (draft.conflicts.length > 0)
    throw new RequestError(409, { draft: ['has several revisions: name the one to publish'] });
  return { revision: draft.shown.id, document: draft.document };
}

async function shownOf(drafts: Drafts, userId: string, draftId: string) {
  const draft = await drafts.find(userId, draftId);
  if (draft === undefined) throw notFound();
  return wholeOf(draft);
}

function wholeOf(draft: WholeDraft) {
  return { ...summaryOf(draft), ...draft.document };
}

function summaryOf({ draftId, shown, conflicts }: Draft) {
  return { id: draftId, ...aboutOf(shown), conflicts: conflicts.map(aboutOf) };
}

function aboutOf({ id, at, region, title }: Revision) {
  return { revision: id, updatedAt: new Date(at).toISOString(), region, title };
}

function draftIdOf(context: Context): string {
  const id = context.req.param('id') ?? '';
  if (!DRAFT_ID.test(id)) throw notFound();
  return id;
}

function notFound(): RequestError {
  return new RequestError(404, { draft: ['not found'] });
}

const keptIn = ({ drafts }: Dependencies): Drafts => demandKept(drafts, 'drafts');
