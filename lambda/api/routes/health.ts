import type { Hono } from 'hono/tiny';
import type { Dependencies } from '../dependencies';
import { ReadinessProbe } from '../readiness';

/** `/healthz`: the process lives. `/readyz`: what it needs answers. */
export function healthRoutes(app: Hono, deps: Dependencies): void {
  const probe = new ReadinessProbe(deps);
  app.get('/healthz', (context) => context.json({ status: 'alive', region: deps.region }));
  app.get('/readyz', async (context) => {
    const readiness = await probe.check();
    context.header('cache-control', 'no-store');
    return context.json(readiness, readiness.ready ? 200 : 503);
  });
}
