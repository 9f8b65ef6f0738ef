/** Entry for long-lived servers: listens on `PORT` and ends in order on SIGTERM. */
import { createServer } from 'node:http';
import { loadEnvironment } from '../environment';
import { FeedHub } from '../live/hub';
import { acceptWebSockets } from '../live/websocket';
import { jsonLog } from '../platform/log';
import { Relay } from '../work/relay';
import { createApp } from './app';
import { createDependencies } from './dependencies';
import { CHECKED_EACH_MS, drain, keepAlive } from './drain';
import { answerBy } from './listener';

/** ECS kills 30 s after SIGTERM; whatever happens, this process has ended before. */
const LONGEST_END_MS = 20_000;
/** The connection pools have the rest, 5 s at most. */
const DRAIN = { graceMs: 5_000, deadlineMs: 14_000 };

const settings = loadEnvironment();
const log = jsonLog({ program: 'api', region: settings.region });
const deps = createDependencies(settings, { poolSize: settings.poolSize, log });
const hub = new FeedHub(deps);
const { port } = settings;
const server = answerBy(
  createServer({ connectionsCheckingInterval: CHECKED_EACH_MS }),
  createApp(deps, hub),
  deps,
);
keepAlive(server);
acceptWebSockets(server, deps, hub);
server.listen(port, () => {
  log('info', 'listening', { port });
});
const relay = new Relay(deps);
relay.start();

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => {
    log('info', 'draining', { signal });
    setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
    end().then(
      (inTime) => process.exit(inTime ? 0 : 1),
      (error: unknown) => {
        log('error', 'did not end in order', { error });
        process.exit(1);
      },
    );
  });

/** The running requests to their end, then what they used. */
async function end(): Promise<boolean> {
  const inTime = await drain(server, deps.lifecycle, DRAIN);
  if (!inTime) log('warn', 'requests were cut off');
  await relay.stop();
  await deps.tracer?.flush();
  deps.cache.close();
  await deps.databases.close();
  return inTime;
}
