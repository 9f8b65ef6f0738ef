import type { Assembly, AssemblyResource } from '../assembly';
import type { BackupAssumptions } from './assumptions';
import type { BackupCost } from './backups';
import { backupCost } from './backups';
import { budgeted } from './private/budget';
import type { BudgetedCost } from './private/budget';
import type { Charge, Unit, Unpriced } from './private/charges';
import { USAGE_DRIVEN, isFree } from './private/other-types';
import { PRICES, findPrice } from './private/prices';
import { propertiesOf } from './private/properties';
import { round } from './private/round';
import { STANDING } from './private/rules';
import { spans } from './private/spans';
import type { SpansCost } from './private/spans';
import { waysOut } from './private/ways-out';
import type { WaysOut } from './private/ways-out';

/** AWS's own convention for the hours of a month. */
export const HOURS_PER_MONTH = 730;

/** A kind of thing that stands, in one Region. Schema: docs/schemas/cost.schema.json. */
export interface CostLine {
  readonly service: string;
  readonly item: string;
  /** `global` for what is billed to no Region. */
  readonly region: string;
  readonly quantity: number;
  readonly unit: Unit;
  /** US dollars for one of it and one unit. */
  readonly unitPrice: number;
  /** US dollars a month. */
  readonly perMonth: number;
  /** Where the unit price was read. */
  readonly source: string;
}

export interface UnknownCost {
  /** `STACK_ID/LOGICAL_ID`. */
  readonly resource: string;
  readonly type: string;
  readonly region: string;
  readonly reason: string;
}

export interface CostReport {
  readonly schemaVersion: 1;
  readonly currency: string;
  readonly prices: { readonly region: string; readonly asOf: string };
  readonly hoursPerMonth: number;
  /** US dollars; the unknown ones are not in it. */
  readonly total: { readonly perHour: number; readonly perMonth: number };
  readonly lines: readonly CostLine[];
  /** The declared budget and what is left of it for use; null where there is none. */
  readonly budget: BudgetedCost | null;
  /** What carries calls out of private subnets, with the price of a GB. */
  readonly waysOut: WaysOut;
  /** Who sends spans of traces, with the price of a GB. */
  readonly spans: SpansCost;
  /** What may bill and could not be priced. */
  readonly unknown: readonly UnknownCost[];
  /** What the storage of backups costs beside it, by what is assumed to be in them. */
  readonly backups: BackupCost;
  /** Types present that bill by use as well or only, which is not in the total. */
  readonly usageDriven: readonly string[];
}

/**
 * What a deployment costs a month if nobody uses it: everything that bills by the hour or month for
 * existing. Requests, traffic and storage are not included, but for that of backups, which is told
 * apart; an account's free allowances are not subtracted. Prices are those of one Region for every Region.
 */
export function standingCost(assembly: Assembly, assumed?: BackupAssumptions): CostReport {
  const lines = new Map<string, CostLine>();
  const unknown: UnknownCost[] = [];
  const resources = assembly.resources().filter(({ included }) => included !== false);
  for (const resource of resources) {
    for (const found of chargesOf(resource, assembly)) {
      if ('reason' in found) unknown.push(unknownCost(resource, found.reason));
      else addCharge(lines, found, resource, unknown);
    }
  }
  const perMonth = round([...lines.values()].reduce((sum, line) => sum + line.perMonth, 0));
  const types = new Set(resources.map(({ type }) => type).filter((type) => USAGE_DRIVEN.has(type)));
  return {
    schemaVersion: 1,
    currency: PRICES.currency,
    prices: { region: PRICES.region, asOf: PRICES.asOf },
    hoursPerMonth: HOURS_PER_MONTH,
    total: { perHour: round(perMonth / HOURS_PER_MONTH), perMonth },
    budget: budgeted(assembly, perMonth),
    lines: [...lines.values()],
    waysOut: waysOut([...lines.values()], HOURS_PER_MONTH),
    spans: spans(assembly),
    unknown,
    backups: backupCost(assembly, assumed),
    usageDriven: [...types].sort(),
  };
}

function chargesOf(resource: AssemblyResource, assembly: Assembly): readonly (Charge | Unpriced)[] {
  const { type } = resource;
  const rule = Object.hasOwn(STANDING, type) ? STANDING[type] : undefined;
  if (rule !== undefined) return rule(propertiesOf(resource, assembly), resource, assembly);
  if (USAGE_DRIVEN.has(type) || isFree(type)) return [];
  return [{ reason: 'this type is in no price table here' }];
}

function addCharge(
  lines: Map<string, CostLine>,
  charge: Charge,
  resource: AssemblyResource,
  unknown: UnknownCost[],
): void {
  const price = findPrice(charge.price, charge.part);
  if (price === undefined) {
    unknown.push(unknownCost(resource, `${charge.item}: no price known`));
    return;
  }
  const region = charge.region ?? resource.stack.region;
  const key = JSON.stringify([charge.service, charge.item, region]);
  const quantity = (lines.get(key)?.quantity ?? 0) + charge.quantity;
  const periods = charge.unit === 'hour' ? HOURS_PER_MONTH : 1;
  lines.set(key, {
    service: charge.service,
    item: charge.item,
    region,
    quantity,
    unit: charge.unit,
    unitPrice: price.usd,
    perMonth: round(quantity * price.usd * periods),
    source: price.source,
  });
}

function unknownCost(resource: AssemblyResource, reason: string): UnknownCost {
  const { key, type, stack } = resource;
  return { resource: key, type, region: stack.region, reason };
}
