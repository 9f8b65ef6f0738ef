import type { Assembly } from '../../assembly';
import { propertiesOf } from './properties';
import { round } from './round';

/** What stands, held against what the account is meant to cost. */
export interface BudgetedCost {
  /** US dollars a month of the declared budget; of several the smallest. */
  readonly perMonth: number;
  /** What is left of it for use, in US dollars a month; below zero where what stands exceeds it. */
  readonly left: number;
}

/** Null where no budget is declared, or its amount is only known after deployment. */
export function budgeted(assembly: Assembly, standing: number): BudgetedCost | null {
  const amounts = assembly
    .resources({ type: 'AWS::Budgets::Budget' })
    .map((it) => propertiesOf(it, assembly).value('Budget', 'BudgetLimit', 'Amount'))
    .map(Number)
    .filter(Number.isFinite);
  if (amounts.length === 0) return null;
  const perMonth = Math.min(...amounts);
  return { perMonth, left: round(perMonth - standing) };
}
