/** Lambda entry of the rotation function, which Secrets Manager calls in the primary secrets' Region. */
import { loadRotationEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import { createRotationHandler } from './handler';

const settings = loadRotationEnvironment();

export const handler = createRotationHandler(
  settings,
  jsonLog({ program: 'rotate', region: settings.region }),
);
