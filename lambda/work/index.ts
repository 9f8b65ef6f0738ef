/** Lambda entry of the work that no request waits for: messages of the queue and scheduled jobs. */
import { createDependencies } from '../api/dependencies';
import { loadEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import { FUNCTION_POOL_SIZE } from '../platform/pools';
import { createWorkHandler } from './handler';

const settings = loadEnvironment();
const log = jsonLog({ program: 'work', region: settings.region });

export const handler = createWorkHandler(
  createDependencies(settings, { poolSize: FUNCTION_POOL_SIZE, program: 'work', log }),
);
