import type { CostLine } from '../report';
import { findPrice } from './prices';

/** What carries calls out of a Region's private subnets. */
export interface WayOut {
  readonly region: string;
  /** `nat`: gateways, without their addresses; `endpoints`: interface endpoints of services. */
  readonly way: 'nat' | 'endpoints';
  /** Gateways, or endpoints times zones. */
  readonly quantity: number;
  /** US dollars for standing; in the total already. */
  readonly perMonth: number;
  /** US dollars for each GB that it carries; not in the total. */
  readonly perGb: number;
}

/** Ways out of private subnets, and what makes the one dearer than the other. */
export interface WaysOut {
  readonly lines: readonly WayOut[];
  /**
   * GB a month from which an endpoint that stands in three zones pays beside NAT gateways: what it takes
   * off them is cheaper by more than it costs. Null where a price is not known.
   */
  readonly endpointPaysFromGb: number | null;
}

const ZONES = 3;

/** Told by what stands: the items that the rules of NAT gateways and of endpoints give. */
export function waysOut(lines: readonly CostLine[], hoursPerMonth: number): WaysOut {
  const usd = (key: string): number => findPrice(key)?.usd ?? Number.NaN;
  const found = lines.flatMap(({ item, region, quantity, perMonth }): readonly WayOut[] => {
    if (item === 'NAT gateway')
      return [{ region, way: 'nat', quantity, perMonth, perGb: usd('nat.gb') }];
    if (item !== 'interface endpoint, per zone') return [];
    return [{ region, way: 'endpoints', quantity, perMonth, perGb: usd('vpce.interface.gb') }];
  });
  const endpoint = ZONES * hoursPerMonth * usd('vpce.interface.hourPerAz');
  const pays = endpoint / (usd('nat.gb') - usd('vpce.interface.gb'));
  return { lines: found, endpointPaysFromGb: pays > 0 ? Math.ceil(pays) : null };
}
