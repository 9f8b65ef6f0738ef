import type { RegionName } from '../../declaration';
import type { DsqlStore } from '../../stores';
import type { Field, Properties } from '../field';
import { areOfOneSet, describeSets, regionSetOf } from '../region-sets';
import { readRegionList } from './region-list';
import type { Where } from './region-list';

export const DSQL_OPTIONS = ['regions', 'witnessRegion'];

/**
 * A store of one cluster, or of two peers with a witness; all Regions of one set.
 * @see https://docs.aws.amazon.com/aurora-dsql/latest/userguide/configuring-multi-region-clusters.html
 */
export function readDsql(name: string, at: Properties, where: Where): DsqlStore {
  const regions = readRegionList(at('regions'), where);
  const witness = at('witnessRegion');
  check(at('regions'), witness, regions);
  return {
    ...{ name, engine: 'dsql', regions },
    witnessRegion: typeof witness.value === 'string' ? witness.value : undefined,
  };
}

function check(field: Field, witness: Field, regions: readonly RegionName[]): void {
  // What is no list of Regions has been reported.
  if (field.faulty) return;
  if (regions.length > 2 || !areOfOneSet(regions)) {
    const allowed = `one Region, or two of one Region set: ${describeSets()}`;
    field.reject(allowed, `a dsql store in ${regions.join(', ')}`);
  } else if (regions.length === 1) {
    if (witness.present) witness.reject('a witness of two Regions only');
  } else if (!areOfOneSet([...regions, witness.value])) {
    const set = regionSetOf(regions[0]) ?? '';
    witness.reject(`a third Region of the set ${set}: ${describeSets()}`);
  }
}
