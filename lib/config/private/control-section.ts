import type { RegionName } from '../declaration';
import type { Field } from './field';
import { areOfOneSet, describeSets } from './region-sets';

const DEFAULT: readonly RegionName[] = ['us-east-1', 'us-east-2', 'us-west-2'];
const REPLICAS = 3;

/** Regions of the strongly consistent control table: three, all of one Region set. */
export function readControlRegions(field: Field): readonly RegionName[] {
  if (!field.present) return DEFAULT;
  const allowed = `three different Regions of one Region set: ${describeSets()}`;
  const items = field.list(allowed);
  if (items === undefined) return DEFAULT;
  const names = items.map(({ value }) => value);
  if (names.length !== REPLICAS || !areOfOneSet(names)) field.reject(allowed);
  return names.map(String);
}
