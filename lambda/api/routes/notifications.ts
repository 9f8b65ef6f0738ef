import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import { demandKept } from '../../platform/errors';
import { WRITES } from '../../platform/rate-limit';
import type { Dependencies } from '../dependencies';
import { demandViewer, parseObject, readIncoming, readingViewer } from '../incoming';
import { presentNotifications } from '../presenting';
import { parseNotificationPage, parseReadMark } from '../validation';

/**
 * What others did that concerns the viewer. Read and marked in the Region's own copy of the table: where
 * that does not answer, these two are 503, and everything else goes on.
 */
export function notificationRoutes(app: Hono, deps: Dependencies): void {
  app.get('/api/notifications', (context) => list(context, deps));
  app.post('/api/notifications/read', async (context) => {
    const { authorization, body } = await readIncoming(context, deps);
    const { userId } = await demandViewer(authorization, false, deps);
    await deps.limiter.demand(WRITES, userId);
    const upTo = parseReadMark(body === '' ? {} : parseObject(body));
    return context.json({
      unreadCount: await demandKept(deps.notifications, 'notifications').markRead(userId, upTo),
    });
  });
}

async function list(context: Context, deps: Dependencies): Promise<Response> {
  const { userId } = await readingViewer(context, deps);
  const page = parseNotificationPage(context.req.query());
  const { notifications, unreadCount } = await demandKept(deps.notifications, 'notifications').list(
    userId,
    page,
  );
  const { document } = await deps.topology.current();
  const by = { deps, document, viewerId: userId };
  const isFull = notifications.length === page.limit;
  return context.json({
    notifications: await presentNotifications(by, notifications),
    unreadCount,
    nextCursor: isFull ? (notifications.at(-1)?.id ?? null) : null,
  });
}
