import type { Context } from 'hono';
import { TrieRouter } from 'hono/router/trie-router';
import { Hono } from 'hono/tiny';
import type { FeedHub } from '../live/hub';
import { liveRoutes } from '../live/routes';
import { RequestError } from '../platform/errors';
import { FORWARDED_BY, REGION_HEADER } from '../platform/forward';
import { admit, Tally, wasRefused } from './admit';
import { answerOf } from './answer';
import { limitBody } from './body';
import { compress } from './compression';
import { cors } from './cors';
import type { Dependencies } from './dependencies';
import { beginTrace, endTrace } from './tracing';
import { demandOrigin, ORIGIN_HEADER } from './origin';
import { articleRoutes } from './routes/articles';
import { commentRoutes } from './routes/comments';
import { discoveryRoutes } from './routes/discovery';
import { draftRoutes } from './routes/drafts';
import { favoriteRoutes } from './routes/favorites';
import { healthRoutes } from './routes/health';
import { internalRoutes } from './routes/internal';
import { listRoutes } from './routes/lists';
import { notificationRoutes } from './routes/notifications';
import { profileRoutes } from './routes/profiles';
import { sessionRoutes } from './routes/sessions';
import { uploadRoutes } from './routes/uploads';
import { userRoutes } from './routes/users';

/** A load balancer hands at most 1 MiB to a Lambda function, headers and envelope included. */
const LARGEST_BODY_BYTES = 1_000_000;

/** The whole application; both entries serve this, servers with the feed's hub. */
export function createApp(deps: Dependencies, hub?: FeedHub): Hono {
  const app = new Hono();
  // Of the routers that take a path as it is written, the one that costs least to load.
  app.router = new TrieRouter();
  const refusals = new Tally(deps.log, 'warn', 'requests refused');
  app.use(async (context, next) => {
    const started = deps.now();
    const trace = beginTrace(context, deps.tracer);
    context.header(REGION_HEADER, deps.region);
    try {
      await next();
    } catch (error) {
      // Hono leaves what is not `instanceof Error` to its caller.
      context.res = failure(deps, context, error);
    }
    if (wasRefused(context)) refusals.note();
    else
      deps.log('info', 'request', {
        method: context.req.method,
        path: context.req.path,
        status: context.res.status,
        ms: deps.now() - started,
        forwardedBy: context.req.header(FORWARDED_BY),
        trace: trace?.id,
      });
    if (trace !== undefined) endTrace(context, deps.tracer, trace);
  });
  app.use('/api/*', cors());
  app.use('/api/*', compress());
  app.use(
    limitBody(LARGEST_BODY_BYTES, (context) =>
      answer(context, new RequestError(413, { body: ['is too large'] })),
    ),
  );
  app.use(admit(deps.admission, answer));
  healthRoutes(app, deps);
  const { demandedOrigin } = deps;
  if (demandedOrigin !== undefined)
    app.use(async ({ req }, next) => {
      await demandOrigin(req.header(ORIGIN_HEADER), demandedOrigin);
      await next();
    });
  userRoutes(app, deps);
  sessionRoutes(app, deps);
  // Before articles: `feed` is no slug.
  listRoutes(app, deps);
  articleRoutes(app, deps);
  commentRoutes(app, deps);
  favoriteRoutes(app, deps);
  profileRoutes(app, deps);
  discoveryRoutes(app, deps);
  notificationRoutes(app, deps);
  draftRoutes(app, deps);
  uploadRoutes(app, deps);
  internalRoutes(app, deps);
  liveRoutes(app, deps, hub);
  app.notFound((context) => answer(context, new RequestError(404, { path: ['not found'] })));
  app.onError((error, context) => failure(deps, context, error));
  return app;
}

function failure(deps: Dependencies, context: Context, error: unknown): Response {
  return answer(context, answerOf(deps, context.req.path, error));
}

function answer(context: Context, { status, errors, retryAfterSeconds }: RequestError): Response {
  if (retryAfterSeconds !== undefined) context.header('retry-after', String(retryAfterSeconds));
  return context.json({ errors }, status);
}
