import type { GrowthStage } from '../../declaration';
import { GROWTH_STAGES } from '../../growth-stages';
import { DATABASE_INSIGHTS } from '../../statements-declaration';
import type { DatabaseInsights, Statements } from '../../statements-declaration';
import type { Field, Rule } from '../field';
import { integer, oneOf } from '../rules';

const OPTIONS = [
  'logSlowerThanMs',
  'explainSlowerThanMs',
  'timeoutSeconds',
  'idleInTransactionSeconds',
];
const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;

/** What an `aurora` store's clusters log and stop. */
export function readStatements(field: Field | undefined): Statements {
  const at = field?.present === true ? field.properties(OPTIONS) : undefined;
  const slow = at?.('logSlowerThanMs').optional(integer(1, HOUR_MS), 1000) ?? 1000;
  return {
    logSlowerThanMs: slow,
    explainSlowerThanMs: off(at?.('explainSlowerThanMs'), integer(slow, HOUR_MS), undefined),
    timeoutSeconds: off(at?.('timeoutSeconds'), integer(1, DAY_SECONDS), 3600),
    idleInTransactionSeconds:
      at?.('idleInTransactionSeconds').optional(integer(1, DAY_SECONDS), 60) ?? 60,
  };
}

/** By the stage, unless declared. */
export function readInsights(field: Field | undefined, stage: GrowthStage): DatabaseInsights {
  const preset = GROWTH_STAGES[stage].databaseInsights;
  return field?.optional(oneOf(DATABASE_INSIGHTS), preset) ?? preset;
}

/** A number, or `false` for none. */
function off(
  field: Field | undefined,
  rule: Rule<number>,
  byDefault: number | undefined,
): number | undefined {
  if (field?.present !== true) return byDefault;
  if (field.value === false) return undefined;
  const fallback = byDefault ?? 0;
  return field.require({ ...rule, allowed: `${rule.allowed}, or false` }, fallback);
}
