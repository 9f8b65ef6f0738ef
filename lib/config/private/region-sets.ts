import type { RegionName } from '../declaration';
import { REGIONS } from '../regions';
import type { RegionSet } from '../regions';

/** The Region set of a name, if it is one of a Region that has one. */
export function regionSetOf(name: unknown): RegionSet | undefined {
  return typeof name === 'string' && Object.hasOwn(REGIONS, name)
    ? REGIONS[name]?.regionSet
    : undefined;
}

/** Whether names are different Regions of one set. */
export function areOfOneSet(names: readonly unknown[]): boolean {
  const sets = new Set(names.map(regionSetOf));
  return new Set(names).size === names.length && sets.size === 1 && !sets.has(undefined);
}

/** Regions of a set. */
export function membersOf(set: RegionSet): readonly RegionName[] {
  return Object.keys(REGIONS).filter((name) => REGIONS[name]?.regionSet === set);
}

/** Every set with its members, for a person. */
export function describeSets(): string {
  return (['US', 'EU', 'AP'] as const)
    .map((set) => `${set} (${membersOf(set).join(', ')})`)
    .join(', ');
}
