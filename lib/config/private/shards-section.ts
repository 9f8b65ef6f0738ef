import type { RegionName } from '../declaration';
import type { Shard } from '../deployment';
import { LOGICAL_SHARDS, equalSplit } from '../shards';
import type { LogicalSpan } from '../shards';
import type { AuroraStore } from '../stores';
import type { Field, Properties } from './field';
import { integer } from './rules';
import { EVERYBODY } from '../clusters';
import { PART_OF_IDENTIFIER, checkName, readRegionList } from './stores-section';
import type { Where } from './stores-section';

const LAST = LOGICAL_SHARDS - 1;
const ALLOWED_SPAN = `[first, last] with 0 ≤ first ≤ last ≤ ${LAST}`;

interface ReadShard extends Omit<Shard, 'logical'> {
  /** The field `logical`, if declared. */
  readonly field: Field | undefined;
  readonly span: LogicalSpan | undefined;
}

/** The shards; their ranges cover every logical shard once. */
export function readShards(
  field: Field,
  stores: readonly AuroraStore[],
  where: Where,
): readonly Shard[] {
  const sharded = stores.filter((store) => store.sharded);
  const birthRegion = where.birthRegion ?? '';
  if (!field.present) {
    const { regions } = where;
    return [{ name: 's0', home: birthRegion, birthRegion, regions, logical: [0, LAST] }];
  }
  const shards = (field.map('shard') ?? []).map(([name, shard]): ReadShard => {
    checkName(name, shard, PART_OF_IDENTIFIER, 'single hyphens', 40);
    if (name === EVERYBODY) shard.reject(`another name than ${EVERYBODY}`, 'a reserved name');
    const at = shard.properties(['home', 'standbys', 'birthRegion', 'logical']);
    const place = readPlace(shard, at, sharded, where);
    const logical = at?.('logical');
    if (logical?.present !== true) return { name, ...place, field: undefined, span: undefined };
    return { name, ...place, field: logical, span: readSpan(logical) };
  });
  const spans = spansOf(field, shards);
  return shards.map(({ name, home, birthRegion: birth, regions }, index) => ({
    name,
    home,
    birthRegion: birth,
    regions,
    logical: spans[index] ?? [0, LAST],
  }));
}

type Place = Pick<Shard, 'home' | 'birthRegion' | 'regions'>;

/** Where a shard is: written, copied and born. */
function readPlace(
  shard: Field,
  at: Properties | undefined,
  stores: readonly AuroraStore[],
  where: Where,
): Place {
  const home = readHome(shard, at, stores, where);
  const regions = readRegions(at?.('standbys'), home, everywhereOf(stores, where));
  const held = regions ?? where.regions;
  const declared = at?.('birthRegion');
  if (declared?.present === true) {
    const born = declared.reference(held, 'a Region of the shard') ?? '';
    return { home, birthRegion: born, regions: held };
  }
  const { birthRegion } = where;
  // A shard whose home is faulty has been reported.
  if (birthRegion !== undefined && home !== '' && !held.includes(birthRegion)) {
    shard.reject(
      `\`birthRegion\`, one of ${held.join(', ')}: it cannot be changed later`,
      `a shard without the deployment's birth Region ${birthRegion}, which does not say its own`,
    );
  }
  return { home, birthRegion: birthRegion ?? '', regions: held };
}

/** The home and its standbys; `undefined` where every Region is one. */
function readRegions(
  standbys: Field | undefined,
  home: string,
  everywhere: readonly RegionName[],
): readonly RegionName[] | undefined {
  if (standbys?.present !== true) return undefined;
  const named = readRegionList(standbys, {
    regions: everywhere.filter((region) => region !== home),
  });
  return everywhere.filter((region) => region === home || named.includes(region));
}

function everywhereOf(stores: readonly AuroraStore[], { regions }: Where): readonly RegionName[] {
  return regions.filter((region) => stores.every((store) => store.regions.includes(region)));
}

function readHome(
  shard: Field,
  at: Properties | undefined,
  stores: readonly AuroraStore[],
  where: Where,
): string {
  const everywhere = everywhereOf(stores, where);
  const home = at?.('home');
  if (home?.present === true) return home.reference(everywhere, 'a Region of every store') ?? '';
  const { birthRegion } = where;
  if (birthRegion === undefined) return '';
  if (stores.length > 0 && !everywhere.includes(birthRegion)) {
    shard.reject(
      `a home that every store has: ${everywhere.length > 0 ? everywhere.join(', ') : 'none now'}`,
      `a home in the birth Region ${birthRegion}, which not every store has`,
    );
  }
  return birthRegion;
}

function readSpan(field: Field): LogicalSpan | undefined {
  const items = field.list(ALLOWED_SPAN);
  if (items === undefined) return undefined;
  const [first, last, ...more] = items.map(({ value }) => value);
  const bucket = integer(0, LAST);
  if (more.length === 0 && bucket.accepts(first) && bucket.accepts(last) && first <= last) {
    return [first, last];
  }
  field.reject(ALLOWED_SPAN);
  return undefined;
}

function spansOf(field: Field, shards: readonly ReadShard[]): readonly LogicalSpan[] {
  if (shards.length > LOGICAL_SHARDS) {
    field.reject(`at most ${LOGICAL_SHARDS} shards`, `${shards.length} shards`);
    return [];
  }
  const declared = shards.filter((shard) => shard.field !== undefined);
  if (declared.length === 0) return shards.length === 0 ? [] : equalSplit(shards.length);
  if (declared.length < shards.length) {
    const without = shards.filter((shard) => shard.field === undefined).map(({ name }) => name);
    field.reject('`logical` in every shard or in none', `no \`logical\` in ${without.join(', ')}`);
    return [];
  }
  // A gap beside a range that could not be read would only repeat that fault.
  if (shards.every(({ span }) => span !== undefined)) checkCoverage(field, shards);
  return shards.map(({ span }) => span ?? [0, LAST]);
}

/** Reports every overlap at the later range, and every gap at the map. */
function checkCoverage(field: Field, shards: readonly ReadShard[]): void {
  const ascending = shards
    .flatMap(({ name, field: at, span }) => (span && at ? [{ name, at, span }] : []))
    .sort((one, other) => one.span[0] - other.span[0]);
  let next = 0;
  let before = '';
  for (const { name, at, span } of ascending) {
    const [first, last] = span;
    if (first > next) reportGap(field, next, first - 1);
    if (first < next) {
      at.reject(
        'ranges that hold each logical shard once',
        `[${first}, ${last}], of which shard ${before} holds ${first}..${Math.min(last, next - 1)}`,
      );
    }
    if (last >= next) [next, before] = [last + 1, name];
  }
  if (next <= LAST) reportGap(field, next, LAST);
}

function reportGap(field: Field, first: number, last: number): void {
  field.reject(
    `ranges that together cover 0..${LAST}`,
    first === last ? `no shard for ${first}` : `no shard for ${first}..${last}`,
  );
}
