import type { Rule } from './model';
import { ALARM_RULES } from './rules/alarms';
import { AURORA_RULES } from './rules/aurora';
import { CAPACITY_RULES } from './rules/capacity';
import { DEPENDENCY_RULES } from './rules/dependencies';
import { EDGE_RULES } from './rules/edge';
import { EXPERIMENT_RULES } from './rules/experiments';
import { HEALTH_CHECK_RULES } from './rules/health-checks';
import { NETWORK_RULES } from './rules/network';
import { OPERATION_RULES } from './rules/operations';
import { PLAN_RULES } from './rules/plans';
import { PROTECTION_RULES } from './rules/protection';
import { RECORD_RULES } from './rules/records';
import { SECURITY_RULES } from './rules/security';
import { STORE_RULES } from './rules/stores';
import { TABLE_RULES } from './rules/tables';

/** Rules by what they are about. */
export const FAMILIES: Readonly<Record<string, readonly Rule[]>> = {
  'DNS records': RECORD_RULES,
  'Health checks': HEALTH_CHECK_RULES,
  Edge: EDGE_RULES,
  Capacity: CAPACITY_RULES,
  Network: NETWORK_RULES,
  'Dependencies between Regions': DEPENDENCY_RULES,
  'Relational databases': AURORA_RULES,
  'Tables and keys': TABLE_RULES,
  'Caches, buckets and shards': STORE_RULES,
  Protection: PROTECTION_RULES,
  Alarms: ALARM_RULES,
  Operations: OPERATION_RULES,
  'Region switch plans': PLAN_RULES,
  Experiments: EXPERIMENT_RULES,
  Security: SECURITY_RULES,
};

/** Every rule, in the order of the documentation. */
export const RULES: readonly Rule[] = Object.values(FAMILIES).flat();
