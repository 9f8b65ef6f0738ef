/** Entry for Lambda behind an Application Load Balancer: one request at a time for each instance. */
import { loadEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import { FUNCTION_POOL_SIZE, SLOW_SHARD_MS } from '../platform/pools';
import { albHandler } from './alb';
import { createApp } from './app';
import { createDependencies } from './dependencies';

const settings = loadEnvironment();
const log = jsonLog({ program: 'api', region: settings.region });
const deps = createDependencies(settings, {
  poolSize: FUNCTION_POOL_SIZE,
  slowShardMs: SLOW_SHARD_MS,
  log,
});

export const handler = albHandler(createApp(deps), deps.tracer);
