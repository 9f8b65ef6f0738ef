import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import { addFollow, removeFollow } from '../../data/follows';
import { type Id, logicalShardOf } from '../../platform/ids';
import { shardOf } from '../../topology';
import { callOf } from '../call';
import type { Dependencies } from '../dependencies';
import { optionalViewer, startWrite } from '../incoming';
import { presentProfile } from '../presenting';
import { demandProfile, readAt, showingAge } from '../reading';
import { transact } from '../transact';
import { performWrite } from '../write';

/** Profiles, and whom one follows: that stands with the follower. */
export function profileRoutes(app: Hono, all: Dependencies): void {
  app.get('/api/profiles/:username', async (context) => {
    const deps = showingAge(callOf(context), all);
    const viewer = await optionalViewer(context, deps);
    const { document } = await deps.topology.current();
    const id = await demandProfile(deps, document, context.req.param('username'));
    return context.json(await presentProfile({ deps, document, viewerId: viewer?.userId }, id));
  });
  app.post('/api/profiles/:username/follow', (context) => change(context, all, true));
  app.delete('/api/profiles/:username/follow', (context) => change(context, all, false));
}

interface Followed {
  readonly userId: Id;
}

async function change(context: Context, deps: Dependencies, follow: boolean): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const username = context.req.param('username') ?? '';
  const owner = viewer.userId;
  return await performWrite<Followed>(context, deps, incoming, {
    status: 200,
    place: (document) => shardOf(document, logicalShardOf(owner)).location,
    recorded: { owner, subject: owner, domain: 'social' },
    execute: async (view) => {
      const userId = await demandProfile(deps, view.document, username);
      const at = { view, incoming, subject: owner, owner, domain: 'social' } as const;
      const core = await transact(deps, at, async (sql) => {
        await (follow ? addFollow : removeFollow)(sql, owner, userId);
        return { userId };
      });
      return { core, touched: [] };
    },
    isVisible: async ({ userId }, document) => {
      const found = await readAt(deps, document, owner, 'followedAmong', owner, [userId]);
      return found.length > 0 === follow;
    },
    present: ({ userId }, document) =>
      presentProfile({ deps, document, viewerId: owner }, userId, follow),
  });
}
