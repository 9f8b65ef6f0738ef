/** Entry for long-lived servers: listens on `PORT` and ends in order on SIGTERM. */
import { type ServerType, serve } from '@hono/node-server';
import { loadEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import { createApp } from './app';
import { createDependencies, type Dependencies } from './dependencies';

const POOL_SIZE = 10;
/** Requests that are still running get this long; ECS kills after 30 s. */
const DRAIN_MS = 20_000;

const settings = loadEnvironment();
const log = jsonLog({ program: 'api', region: settings.region });
const deps = createDependencies(settings, { poolSize: POOL_SIZE, log });
const server = serve({ fetch: createApp(deps).fetch, port: settings.port }, ({ port }) => {
  log('info', 'listening', { port });
});

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    log('info', 'draining', { signal });
    shutDown(server, deps).then(
      () => process.exit(0),
      (error: unknown) => {
        log('error', 'did not end in order', { error });
        process.exit(1);
      },
    );
  });

/** No new connection, the running requests to their end, then the pools. */
async function shutDown(listener: ServerType, { databases }: Dependencies): Promise<void> {
  const closed = new Promise((resolve) => listener.close(resolve));
  if ('closeIdleConnections' in listener) listener.closeIdleConnections();
  const expiry = new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref());
  await Promise.race([closed, expiry]);
  await databases.close();
}
