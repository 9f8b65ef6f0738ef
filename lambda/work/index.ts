/** Lambda entry of the work that no request waits for: messages of the queue and scheduled jobs. */
import { createDependencies } from '../api/dependencies';
import { loadEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import { createWorkHandler } from './handler';

/** One batch at a time, whose messages go one after the other. */
const POOL_SIZE = 2;

const settings = loadEnvironment();
const log = jsonLog({ program: 'work', region: settings.region });

export const handler = createWorkHandler(
  createDependencies(settings, { poolSize: POOL_SIZE, log }),
);
