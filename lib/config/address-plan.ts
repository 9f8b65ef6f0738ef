import type { Block } from './blocks';
import { overlap, parseBlock } from './blocks';
import type { RegionName } from './declaration';

/** Number of /16 blocks in 10.0.0.0/8. */
const BLOCKS = 256;

/** The /16 block of 10.0.0.0/8 with this second octet. */
export function block(octet: number): string {
  return `10.${octet}.0.0/16`;
}

/** The blocks of 10.0.0.0/8 that some addresses touch. */
export function blocksTouched(addresses: Block): readonly string[] {
  return Array.from({ length: BLOCKS }, (_, octet) => block(octet)).filter((text) => {
    const parsed = parseBlock(text);
    return parsed !== undefined && overlap(parsed, addresses);
  });
}

/** Second octet of a block written as `10.x.0.0/16`, or `undefined` for anything else. */
export function octetOf(cidr: string): number | undefined {
  const match = /^10\.(0|[1-9]\d{0,2})\.0\.0\/16$/.exec(cidr);
  const octet = Number(match?.[1]);
  return octet < BLOCKS ? octet : undefined;
}

/** A declared block that another Region already has. */
export interface Overlap {
  readonly region: RegionName;
  readonly cidr: string;
  /** Region that comes earlier in the plan and has the block. */
  readonly takenBy: RegionName;
  /** A block that is free under the whole plan. */
  readonly free: string;
}

export interface AddressPlan {
  readonly cidrs: ReadonlyMap<RegionName, string>;
  readonly overlaps: readonly Overlap[];
}

/**
 * One /16 per Region, in map order: a declared block, else the lowest that no Region before it has.
 *
 * Blocks depend on earlier Regions only, so a Region added at the end moves no other one's block: a
 * VPC whose block changes is replaced with everything in it. The price is that a block declared for
 * a later Region can collide with one computed for an earlier one; that is reported, never moved.
 *
 * @param taken blocks that networks have which were there before
 */
export function planAddresses(
  regions: Iterable<readonly [RegionName, declared: string | undefined]>,
  taken: ReadonlyMap<string, RegionName> = new Map(),
): AddressPlan {
  const cidrs = new Map<RegionName, string>();
  const owners = new Map<string, RegionName>(taken);
  const collisions: Omit<Overlap, 'free'>[] = [];
  const declared = [...regions];
  for (const [region, wanted] of declared) {
    const cidr = wanted ?? lowestFree(owners);
    const takenBy = owners.get(cidr);
    if (takenBy === undefined) owners.set(cidr, region);
    else collisions.push({ region, cidr, takenBy });
    cidrs.set(region, cidr);
  }
  return {
    cidrs,
    overlaps: collisions.map((collision) => ({ ...collision, free: lowestFree(owners) })),
  };
}

function lowestFree(owners: ReadonlyMap<string, RegionName>): string {
  for (let octet = 0; octet < BLOCKS; octet += 1) {
    if (!owners.has(block(octet))) return block(octet);
  }
  throw new RangeError(`10.0.0.0/8 has ${BLOCKS} blocks of /16, all taken`);
}
