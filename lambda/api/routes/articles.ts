import type { Hono } from 'hono';
import { insertArticle, listTags, type NewArticle } from '../../data/content';
import { idempotencyRecord, once } from '../../data/idempotency';
import { findUser } from '../../data/identity';
import { RequestError } from '../../platform/errors';
import { grantFor } from '../../platform/fence';
import { idOfSlug, logicalShardOf } from '../../platform/ids';
import type { TopologyView } from '../../platform/topology-store';
import { shardOf, type TopologyDocument } from '../../topology';
import type { Dependencies } from '../dependencies';
import { demandViewer, type Incoming, parseObject, readIncoming, type Viewer } from '../incoming';
import {
  answerCached,
  entryOf,
  find,
  list,
  ofEveryShard,
  scopes,
  scopesOf,
  toBody,
} from '../reading';
import { parseArticle, parseFilter, parsePage } from '../validation';
import { performWrite } from '../write';

/** Articles and tags. All viewers see the same, so that answers to reads are cached as they are. */
export function articleRoutes(app: Hono, deps: Dependencies): void {
  app.post('/api/articles', async (context) => {
    const incoming = await readIncoming(context, deps);
    const vouched = incoming.forwardedBy !== undefined;
    const viewer = await demandViewer(incoming.authorization, vouched, deps);
    const article = parseArticle(parseObject(incoming.body));
    return await performWrite(context, deps, incoming, {
      place: (document) => shardOf(document, logicalShardOf(viewer.userId)).location,
      execute: (view) => post(deps, view, incoming, viewer, article),
      isVisible: (body, document) => isReadable(deps, document, viewer, body.article.slug),
      touched: scopesOf,
    });
  });

  app.get('/api/articles', async (context) => {
    const query = context.req.query();
    const page = parsePage(query);
    const author = parseFilter(query, 'author');
    const tag = author === undefined ? parseFilter(query, 'tag') : undefined;
    const scope =
      author !== undefined
        ? scopes.author(author)
        : tag !== undefined
          ? scopes.tag(tag)
          : scopes.all;
    const entry = entryOf(scope, `${page.offset}:${page.limit}`);
    return await answerCached(context, deps, entry, () => list(deps, { author, tag }, page));
  });

  app.get('/api/articles/:slug', async (context) => {
    const id = idOfSlug(context.req.param('slug'));
    if (id === undefined) throw new RequestError(404, { article: ['not found'] });
    return await answerCached(context, deps, entryOf(scopes.article(id), 'body'), async () => {
      const article = await find(deps, id);
      return article && toBody(article);
    });
  });

  app.get('/api/tags', (context) =>
    answerCached(context, deps, entryOf(scopes.all, 'tags'), async () => {
      const { document } = await deps.topology.current();
      const tags = await ofEveryShard(deps, document, listTags);
      return { tags: [...new Set(tags.flat())] };
    }),
  );
}

async function post(
  deps: Dependencies,
  view: TopologyView,
  incoming: Incoming,
  viewer: Viewer,
  article: NewArticle,
) {
  const logicalShard = logicalShardOf(viewer.userId);
  const { name, location } = shardOf(view.document, logicalShard);
  const author = await findUser(await deps.databases.writer(location, 'identity'), viewer.userId);
  if (author === undefined) throw new RequestError(401, { token: ['is invalid'] });
  const { idempotencyKey: key } = incoming;
  const keys = await deps.signingKeys();
  const record = key && idempotencyRecord(incoming, key, viewer.userId, keys);
  const sql = await deps.databases.writer(location, 'content');
  const grant = grantFor(view, name);
  const { value } = await once(sql, grant, record || undefined, async (transaction) =>
    toBody(await insertArticle(transaction, author, logicalShard, article)),
  );
  return value;
}

async function isReadable(
  deps: Dependencies,
  document: TopologyDocument,
  viewer: Viewer,
  slug: string,
): Promise<boolean> {
  const { location } = shardOf(document, logicalShardOf(viewer.userId));
  if (location.home === deps.region && deps.databases.readsWriter(location, 'content')) return true;
  const id = idOfSlug(slug);
  return id !== undefined && (await find(deps, id)) !== undefined;
}
