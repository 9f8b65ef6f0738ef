/** Entry for Lambda behind an Application Load Balancer: one request at a time for each instance. */
import { loadEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import { albHandler } from './alb';
import { createApp } from './app';
import { createDependencies } from './dependencies';

/** A list asks its page and its count at once. */
const POOL_SIZE = 2;

const settings = loadEnvironment();
const log = jsonLog({ program: 'api', region: settings.region });

export const handler = albHandler(
  createApp(createDependencies(settings, { poolSize: POOL_SIZE, log })),
);
