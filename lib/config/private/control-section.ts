import type { RegionName } from '../declaration';
import { REGIONS } from '../regions';
import type { RegionSet } from '../regions';
import type { Field } from './field';

const DEFAULT: readonly RegionName[] = ['us-east-1', 'us-east-2', 'us-west-2'];
const REPLICAS = 3;

/** Regions of the strongly consistent control table: three, all of one Region set. */
export function readControlRegions(field: Field): readonly RegionName[] {
  if (!field.present) return DEFAULT;
  const allowed = `three different Regions of one Region set: ${describeSets()}`;
  const items = field.list(allowed);
  if (items === undefined) return DEFAULT;
  const names = items.map(({ value }) => value);
  const sets = new Set(names.map((name) => setOf(name)));
  const legal =
    names.length === REPLICAS &&
    new Set(names).size === REPLICAS &&
    sets.size === 1 &&
    !sets.has(undefined);
  if (!legal) field.reject(allowed);
  return names.map(String);
}

function setOf(name: unknown): RegionSet | undefined {
  return typeof name === 'string' && Object.hasOwn(REGIONS, name)
    ? REGIONS[name]?.regionSet
    : undefined;
}

function describeSets(): string {
  const members = (set: RegionSet): string =>
    Object.keys(REGIONS)
      .filter((name) => REGIONS[name]?.regionSet === set)
      .join(', ');
  return (['US', 'EU', 'AP'] as const).map((set) => `${set} (${members(set)})`).join(', ');
}
