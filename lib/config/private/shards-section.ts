import type { Shard, Store } from '../deployment';
import { LOGICAL_SHARDS, equalSplit } from '../shards';
import type { LogicalSpan } from '../shards';
import type { Field, Properties } from './field';
import { integer } from './rules';
import { PART_OF_IDENTIFIER, checkName } from './stores-section';
import type { Where } from './stores-section';

const LAST = LOGICAL_SHARDS - 1;
const ALLOWED_SPAN = `[first, last] with 0 ≤ first ≤ last ≤ ${LAST}`;

interface ReadShard {
  readonly name: string;
  readonly home: string;
  /** The field `logical`, if declared. */
  readonly field: Field | undefined;
  readonly span: LogicalSpan | undefined;
}

/** The shards; their ranges cover every logical shard once. */
export function readShards(field: Field, stores: readonly Store[], where: Where): readonly Shard[] {
  if (!field.present) return [{ name: 's0', home: where.birthRegion ?? '', logical: [0, LAST] }];
  const shards = (field.map('shard') ?? []).map(([name, shard]): ReadShard => {
    checkName(name, shard, PART_OF_IDENTIFIER, 'single hyphens', 40);
    const at = shard.properties(['home', 'logical']);
    const home = readHome(shard, at, stores, where);
    const logical = at?.('logical');
    if (logical?.present !== true) return { name, home, field: undefined, span: undefined };
    return { name, home, field: logical, span: readSpan(logical) };
  });
  const spans = spansOf(field, shards);
  return shards.map(({ name, home }, index) => ({
    name,
    home,
    logical: spans[index] ?? [0, LAST],
  }));
}

function readHome(
  shard: Field,
  at: Properties | undefined,
  stores: readonly Store[],
  where: Where,
): string {
  const everywhere = where.regions.filter((region) =>
    stores.every(({ regions }) => regions.includes(region)),
  );
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
