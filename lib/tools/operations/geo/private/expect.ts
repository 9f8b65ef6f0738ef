import { BlockList, isIPv6 } from 'node:net';
import type { Client, Reach } from '../model';
import type { RecordIndex, RoutedRecord } from './records';
import { kilometres } from './sphere';

/** What is taken for broken. */
export interface Outlook {
  /** Regions that do not answer. */
  readonly lost: ReadonlySet<string>;
  /** Health checks known to be unhealthy, by key. */
  readonly failed: ReadonlySet<string>;
}

/** A record that may be answered. */
interface Choice {
  readonly record: RoutedRecord;
  readonly share: number;
  readonly near: boolean;
}

/**
 * Latency follows cables, not the globe: a Region no farther than this, times and kilometres beyond
 * the nearest, may well be the faster one.
 */
const TIE_FACTOR = 1.25;
const TIE_KM = 500;
/** Longest chain of aliases; a longer one is a circle. */
const LONGEST_CHAIN = 8;
const MOST_VALUES = 8;

/**
 * What a client should be answered for a name, from the templates alone: all that may come, with its
 * share. Empty where nothing answers. Knows nothing of the twin's resolver, so that the two can differ.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
 */
export function expectation(
  index: RecordIndex,
  name: string,
  client: Client,
  outlook: Outlook,
): readonly Reach[] {
  return merged(follow(index, name, client, outlook, 0));
}

function follow(
  index: RecordIndex,
  name: string,
  client: Client,
  outlook: Outlook,
  depth: number,
): readonly Reach[] {
  if (depth > LONGEST_CHAIN) return [];
  const records = index.byName.get(name) ?? [];
  const well = records.filter((record) => isWell(index, record, outlook, depth));
  // With none of them healthy Route 53 answers as if all were.
  const wanted = choose(well, client);
  const choices = wanted.length > 0 ? wanted : choose(records, client);
  return choices.flatMap(({ record: { target }, share, near }) => {
    const one = (label: string, dead = false): Reach => ({ target: label, share, near, dead });
    switch (target.kind) {
      case 'balancer':
        return one(target.region, outlook.lost.has(target.region));
      case 'distribution':
        return one('edge');
      case 'values':
        return target.values.map((value) => one(value));
      case 'name': {
        if (!index.byName.has(target.name)) return one(target.name);
        const behind = follow(index, target.name, client, outlook, depth + 1);
        return behind.map((it) => ({ ...it, share: it.share * share, near: it.near || near }));
      }
    }
  });
}

function isWell(
  index: RecordIndex,
  record: RoutedRecord,
  outlook: Outlook,
  depth: number,
): boolean {
  const { target, check, followsTarget } = record;
  if (check !== undefined && outlook.failed.has(check)) return false;
  const lost = target.kind === 'balancer' && outlook.lost.has(target.region);
  // A check looks at the Region that the record leads to; without one nobody notices.
  if (lost && (check !== undefined || followsTarget)) return false;
  if (!followsTarget || target.kind !== 'name' || depth > LONGEST_CHAIN) return true;
  const behind = index.byName.get(target.name);
  return behind === undefined || behind.some((it) => isWell(index, it, outlook, depth + 1));
}

function choose(records: readonly RoutedRecord[], client: Client): readonly Choice[] {
  switch (records[0]?.policy.kind) {
    case undefined:
      return [];
    case 'latency':
    case 'geoproximity':
      return nearest(records, client);
    case 'weighted':
      return weighted(records);
    case 'failover':
      return sure(
        records.find(({ policy }) => policy.kind === 'failover' && policy.primary) ?? records[0],
      );
    case 'geolocation':
      return sure(byPlace(records, client));
    case 'ip-based':
      return sure(byNetwork(records, client));
    case 'multivalue':
    case 'simple':
      return records.map((record) => ({
        record,
        share: Math.min(1, MOST_VALUES / records.length),
        near: false,
      }));
  }
}

function sure(record: RoutedRecord | undefined): readonly Choice[] {
  return record === undefined ? [] : [{ record, share: 1, near: false }];
}

/** A positive bias shrinks the way to a place, a negative one stretches it. */
function away({ policy }: RoutedRecord, from: Client): number {
  if (policy.kind !== 'latency' && policy.kind !== 'geoproximity') return Infinity;
  if (from.coordinates === undefined) return Infinity;
  const distance = kilometres(from.coordinates, policy.at);
  const bias = policy.kind === 'geoproximity' ? policy.bias : 0;
  return bias >= 0 ? distance * (1 - bias / 100) : distance / (1 + bias / 100);
}

function nearest(records: readonly RoutedRecord[], client: Client): readonly Choice[] {
  const measured = records
    .map((record) => ({ record, distance: away(record, client) }))
    .sort((one, other) => one.distance - other.distance);
  const least = measured[0]?.distance ?? Infinity;
  // Nobody knows where the client is, so none of them would be a surprise.
  if (least === Infinity) return measured.map(({ record }) => ({ record, share: 0, near: true }));
  const limit = Math.max(least * TIE_FACTOR, least + TIE_KM);
  return measured
    .filter(({ distance }) => distance <= limit)
    .map(({ record }, place) => ({ record, share: place === 0 ? 1 : 0, near: place > 0 }));
}

function weighted(records: readonly RoutedRecord[]): readonly Choice[] {
  const weightOf = ({ policy }: RoutedRecord) => (policy.kind === 'weighted' ? policy.weight : 0);
  const total = records.reduce((sum, record) => sum + weightOf(record), 0);
  const shares = records.map((record) => ({
    record,
    share: total === 0 ? 1 / records.length : weightOf(record) / total,
    near: false,
  }));
  return shares.filter(({ share }) => share > 0);
}

/** The narrowest place that holds the client. */
function byPlace(records: readonly RoutedRecord[], client: Client): RoutedRecord | undefined {
  const rank = ({ policy }: RoutedRecord): number => {
    if (policy.kind !== 'geolocation') return 0;
    if (policy.country !== undefined) return policy.country === client.country ? 3 : 0;
    if (policy.continent !== undefined) return policy.continent === client.continent ? 2 : 0;
    return 1;
  };
  return highest(records, rank);
}

/** The longest block that holds the client's network; a location without blocks takes the rest. */
function byNetwork(
  records: readonly RoutedRecord[],
  { network }: Client,
): RoutedRecord | undefined {
  const rank = ({ policy }: RoutedRecord): number => {
    if (policy.kind !== 'ip-based') return 0;
    if (policy.blocks === undefined) return 1;
    const holding = policy.blocks.filter((block) => network !== undefined && holds(block, network));
    return Math.max(0, ...holding.map((block) => 2 + Number(block.split('/')[1])));
  };
  return highest(records, rank);
}

function holds(block: string, address: string): boolean {
  const [base = '', bits] = block.split('/');
  const list = new BlockList();
  list.addSubnet(base, Number(bits), isIPv6(base) ? 'ipv6' : 'ipv4');
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function highest(
  records: readonly RoutedRecord[],
  rank: (record: RoutedRecord) => number,
): RoutedRecord | undefined {
  const ranked = records.map((record) => ({ record, rank: rank(record) }));
  const best = ranked.reduce(
    (one, other) => (other.rank > one.rank ? other : one),
    ranked[0] ?? { record: undefined, rank: 0 },
  );
  return best.rank > 0 ? best.record : undefined;
}

/** One entry for each target, the likeliest first. */
function merged(reaches: readonly Reach[]): readonly Reach[] {
  const byTarget = new Map<string, Reach>();
  for (const reach of reaches) {
    const before = byTarget.get(reach.target);
    byTarget.set(reach.target, {
      ...reach,
      share: Math.min(1, (before?.share ?? 0) + reach.share),
      near: reach.near && (before?.near ?? true),
    });
  }
  return [...byTarget.values()].sort((one, other) => other.share - one.share);
}
