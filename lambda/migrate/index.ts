/**
 * Lambda entry of the migration function: `onEvent` of the custom resource `Custom::MeridianMigration`
 * in each Region, on AWS behind CDK's Provider framework, in the twin called directly. The rotation
 * function calls it as well, because only it reaches the Region's databases as their master.
 */
import { loadMigrationEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import type { RoleReply, RoleRequest } from '../topology';
import { createHandler, type MigrationEvent, type MigrationResult } from './handler';
import { createRoleHandler } from './roles';

const settings = loadMigrationEnvironment();
const log = jsonLog({ program: 'migrate', region: settings.region });
const migrate = createHandler(settings, log);
const changeRole = createRoleHandler(settings, log);

export const handler = (
  event: MigrationEvent | RoleRequest,
): Promise<MigrationResult | RoleReply> => ('role' in event ? changeRole(event) : migrate(event));
