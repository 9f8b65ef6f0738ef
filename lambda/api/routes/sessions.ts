import type { Hono } from 'hono/tiny';
import { RequestError } from '../../platform/errors';
import type { Dependencies } from '../dependencies';
import { readingViewer } from '../incoming';

/** A user's own sessions: logout, list, revoke. */
export function sessionRoutes(app: Hono, deps: Dependencies): void {
  app.post('/api/session/logout', async (context) => {
    await deps.sessions.revoke(await readingViewer(context, deps));
    return context.body(null, 204);
  });
  app.get('/api/sessions', async (context) => {
    const { userId, sid } = await readingViewer(context, deps);
    const sessions = await deps.sessions.list(userId);
    return context.json({
      sessions: sessions.map((session) => ({ ...session, current: session.id === sid })),
    });
  });
  app.delete('/api/sessions', async (context) => {
    await deps.sessions.revokeOthers(await readingViewer(context, deps));
    return context.body(null, 204);
  });
  app.delete('/api/sessions/:id', async (context) => {
    const { userId } = await readingViewer(context, deps);
    if (!(await deps.sessions.revokeById(userId, context.req.param('id'))))
      throw new RequestError(404, { session: ['not found'] });
    return context.body(null, 204);
  });
}
