import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import { findArticle, type FullArticle } from '../../data/articles';
import { addFavorite, removeFavorite } from '../../data/favorites';
import { logicalShardOf } from '../../platform/ids';
import { shardOf } from '../../topology';
import type { Dependencies } from '../dependencies';
import { startWrite } from '../incoming';
import { presentArticle } from '../presenting';
import { readAt } from '../reading';
import { scopes } from '../scopes';
import { transact } from '../transact';
import { performWrite } from '../write';
import { demandArticleId, notFound } from './articles';

/** A favourite and the article's count are one transaction, in the article's shard. */
export function favoriteRoutes(app: Hono, deps: Dependencies): void {
  app.post('/api/articles/:slug/favorite', (context) => change(context, deps, true));
  app.delete('/api/articles/:slug/favorite', (context) => change(context, deps, false));
}

async function change(context: Context, deps: Dependencies, favored: boolean): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const id = demandArticleId(context);
  const { userId } = viewer;
  return await performWrite<FullArticle>(context, deps, incoming, {
    status: 200,
    place: (document) => shardOf(document, logicalShardOf(id)).location,
    recorded: { owner: id, subject: userId, domain: 'content' },
    execute: async (view) => {
      const at = { view, incoming, subject: userId, owner: id, domain: 'content' } as const;
      const core = await transact(deps, at, async (sql) => {
        if ((await findArticle(sql, id)) === undefined) throw notFound();
        await (favored ? addFavorite : removeFavorite)(sql, userId, id);
        const article = await findArticle(sql, id);
        if (article === undefined) throw notFound();
        return article;
      });
      return { core, touched: [scopes.article(id)] };
    },
    isVisible: async (_, document) => {
      const found = await readAt(deps, document, id, 'favoredAmong', userId, [id]);
      return found.length > 0 === favored;
    },
    present: (core, document) =>
      presentArticle({ deps, document, viewerId: userId }, core, favored),
  });
}
