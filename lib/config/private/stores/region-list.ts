import type { GrowthStage, RegionName } from '../../declaration';
import type { Field } from '../field';

/** What cross-checks of the data need: the serving Regions and the birth Region, if known. */
export interface Where {
  readonly regions: readonly RegionName[];
  /** `undefined` where the declared one is faulty, so that one slip is reported once. */
  readonly birthRegion: RegionName | undefined;
  readonly stage: GrowthStage;
}

/** Serving Regions, each once; all of them where none is named. */
export function readRegionList(field: Field, where: Pick<Where, 'regions'>): readonly RegionName[] {
  if (!field.present) return where.regions;
  const allowed = `a list of different Regions out of ${where.regions.join(', ')}`;
  const items = field.list(allowed);
  if (items === undefined) return where.regions;
  const names = items.flatMap((item) => item.reference(where.regions, 'a serving Region') ?? []);
  if (items.length === 0 || new Set(names).size !== names.length) field.reject(allowed);
  return names;
}

/** The Region whose stack owns what spans Regions comes first: the birth Region, where it is one of them. */
export function ownerFirst(
  regions: readonly RegionName[],
  birthRegion: RegionName | undefined,
): readonly RegionName[] {
  return [
    ...regions.filter((region) => region === birthRegion),
    ...regions.filter((region) => region !== birthRegion),
  ];
}
