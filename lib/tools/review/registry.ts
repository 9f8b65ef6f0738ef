import type { Rule } from './model';
import { HEALTH_CHECK_RULES } from './rules/health-checks';
import { RECORD_RULES } from './rules/records';

/** Every rule, in the order of the documentation. */
export const RULES: readonly Rule[] = [...RECORD_RULES, ...HEALTH_CHECK_RULES];
