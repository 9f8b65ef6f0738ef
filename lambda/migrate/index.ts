/**
 * Lambda entry of the migration function: `onEvent` of the custom resource `Custom::MeridianMigration`
 * in each Region, on AWS behind CDK's Provider framework, in the twin called directly. The rotation
 * function calls it as well, because only it reaches the Region's databases as their master; and whoever
 * has deployed every Region's services, so that steps that waited for them are taken.
 */
import { loadMigrationEnvironment } from '../environment';
import { jsonLog } from '../platform/log';
import type { ContractReply, ContractRequest, RoleReply, RoleRequest } from '../topology';
import { createContractHandler } from './contract';
import { createHandler, type MigrationEvent, type MigrationResult } from './handler';
import { MIGRATIONS } from './migrations';
import { createRoleHandler } from './roles';

const settings = loadMigrationEnvironment();
const log = jsonLog({ program: 'migrate', region: settings.region });
const migrate = createHandler(settings, log);
const changeRole = createRoleHandler(settings, log);
const contract = createContractHandler(settings, MIGRATIONS, log);

export const handler = (
  event: MigrationEvent | RoleRequest | ContractRequest,
): Promise<MigrationResult | RoleReply | ContractReply> => {
  if ('contract' in event) return contract(event);
  return 'role' in event ? changeRole(event) : migrate(event);
};
