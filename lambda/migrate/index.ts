/**
 * Lambda entry of the migration function: `onEvent` of the custom resource `Custom::MeridianMigration`
 * in each Region, on AWS behind CDK's Provider framework, in the twin called directly.
 */
import { loadMigrationEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import { createHandler } from './handler';

const settings = loadMigrationEnvironment();

export const handler = createHandler(
  settings,
  jsonLog({ program: 'migrate', region: settings.region }),
);
