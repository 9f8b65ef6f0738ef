import type { Observability } from '../observability-declaration';
import type { Field } from './field';
import { integer, number, text } from './rules';

const BUDGET = ['usdPerMonth', 'emails', 'spentPercents', 'expectedPercents'];
const MOST_USD = 10_000_000;
const USD = number((value) => value >= 1 && value <= MOST_USD, `of 1 to ${MOST_USD}`);
const EMAIL = text(
  /^[^\s@]{1,64}@[^\s@]{1,180}\.[^\s@.]{2,}$/,
  'an address such as "costs@example.com"',
);
/** @see https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_NotificationWithSubscribers.html */
const MOST_EMAILS = 10;
const MOST_NOTIFICATIONS = 5;

/** Who is told what the account costs; `undefined` for nobody. */
export function readBudget(field: Field): Observability['budget'] {
  if (!field.present || field.value === false) return undefined;
  const at = field.properties(BUDGET);
  if (at === undefined) return undefined;
  const spentPercents = percents(at('spentPercents'), [80, 100]);
  const expectedPercents = percents(at('expectedPercents'), [100]);
  const notifications = spentPercents.length + expectedPercents.length;
  if (notifications < 1 || notifications > MOST_NOTIFICATIONS)
    field.reject(
      `1 to ${MOST_NOTIFICATIONS} percents, \`spentPercents\` and \`expectedPercents\` together`,
      String(notifications),
    );
  return {
    usdPerMonth: at('usdPerMonth').require(USD, 1),
    emails: emails(at('emails')),
    ...{ spentPercents, expectedPercents },
  };
}

function emails(field: Field): readonly string[] {
  const allowed = `a list of 1 to ${MOST_EMAILS} addresses, each once`;
  const all = (field.list(allowed) ?? []).map((it) => it.require(EMAIL, ''));
  if (field.faulty) return [];
  if (all.length < 1 || all.length > MOST_EMAILS || new Set(all).size < all.length)
    field.reject(allowed);
  return all;
}

function percents(field: Field, byDefault: readonly number[]): readonly number[] {
  if (!field.present) return byDefault;
  const allowed = 'a list of percents, each once';
  const all = (field.list(allowed) ?? []).map((it) => it.require(integer(1, 1_000), 1));
  if (!field.faulty && new Set(all).size < all.length) field.reject(allowed);
  return all;
}
