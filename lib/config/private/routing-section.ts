import { countries } from 'countries-list';
import type { RegionName } from '../declaration';
import type { Places, Routing } from '../deployment';
import { isIPv4, isIPv6 } from 'node:net';
import { ROUTING_LEGALITY, illegalRecords } from '../routing-legality';
import type { RoutingPolicy } from '../routing-legality';
import { shapesOf, steeringRecords } from '../steering';
import type { Field, Properties, Rule } from './field';
import { integer, oneOf } from './rules';

const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'];
const COUNTRY: Rule<string> = {
  allowed: 'a country by its two-letter code in capitals (ISO 3166), such as "DE"',
  accepts: (value): value is string => typeof value === 'string' && Object.hasOwn(countries, value),
};
/** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-ipbased.html */
const NETWORK: Rule<string> = {
  allowed: 'a block of addresses, /1 to /24 of IPv4 or /1 to /48 of IPv6, such as "203.0.113.0/24"',
  accepts: (value): value is string => {
    if (typeof value !== 'string') return false;
    const [address = '', bits = '', rest] = value.split('/');
    const most = isIPv4(address) ? 24 : isIPv6(address) ? 48 : 0;
    return (
      rest === undefined && /^\d{1,2}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most
    );
  },
};

/** Policies that can steer to load balancers, which is what Regions have; by the legality table. */
type Steering = Routing['policy'];
const STEERING = (Object.keys(ROUTING_LEGALITY) as RoutingPolicy[]).filter(
  (policy): policy is Steering =>
    policy !== 'simple' && ROUTING_LEGALITY[policy].targets.includes('balancer'),
);
const POLICY = oneOf<Steering>(
  STEERING,
  ' (not "simple", which steers nobody, nor "multivalue", which cannot answer with an alias of a ' +
    'load balancer)',
);

const OPTIONS: Readonly<Record<Steering, readonly string[]>> = {
  latency: [],
  geolocation: ['places', 'elsewhere'],
  geoproximity: ['bias'],
  weighted: ['weights'],
  failover: ['order'],
  'ip-based': ['networks', 'elsewhere'],
};

/** How the common name chooses among the Regions; every fault of it is reported. */
export function readRouting(field: Field, regions: readonly RegionName[]): Routing {
  if (!field.present) return { policy: 'latency' };
  const every = [...new Set(['policy', ...Object.values(OPTIONS).flat()])];
  const at = field.properties(every);
  if (at === undefined) return { policy: 'latency' };
  const policy = at('policy').require(POLICY, 'latency');
  if (!POLICY.accepts(at('policy').value)) return { policy: 'latency' };
  for (const option of every.filter((name) => name !== 'policy' && at(name).present)) {
    if (OPTIONS[policy].includes(option)) continue;
    const allowed = OPTIONS[policy].join(', ') || 'no option';
    at(option).reject(`with ${policy}: ${allowed}`, 'an option of another policy');
  }
  if (policy !== 'latency' && regions.length === 1) {
    at('policy').reject('"latency", or more than one Region to choose among', `"${policy}"`);
  }
  const routing = readPolicy(policy, at, regions);
  reportIllegal(field, routing, regions);
  return routing;
}

function readPolicy(policy: Steering, at: Properties, regions: readonly RegionName[]): Routing {
  switch (policy) {
    case 'latency':
      return { policy };
    case 'geolocation':
      return { policy, places: readPlaces(at('places'), regions), ...readElsewhere(at, regions) };
    case 'ip-based':
      return {
        ...{ policy, networks: readNetworks(at('networks'), regions) },
        ...readElsewhere(at, regions),
      };
    case 'weighted':
      return { policy, weights: readAmounts(at('weights'), policy, regions) };
    case 'geoproximity':
      return { policy, bias: at('bias').present ? readAmounts(at('bias'), policy, regions) : {} };
    case 'failover':
      return { policy, order: readOrder(at('order'), regions) };
  }
}

/** What is illegal in the records taken together; what is illegal by itself was reported already. */
function reportIllegal(field: Field, routing: Routing, regions: readonly RegionName[]): void {
  if (field.faulty) return;
  const records = regions.flatMap((region) => steeringRecords(routing, region, 'common'));
  const names = new Set(records.map(({ name }) => name));
  for (const name of names) {
    const shapes = shapesOf(records.filter((record) => record.name === name));
    for (const { path, found, allowed } of illegalRecords('the common name', shapes)) {
      field.below(path).reject(allowed, found);
    }
  }
}

function readElsewhere(
  at: Properties,
  regions: readonly RegionName[],
): { readonly elsewhere: RegionName } {
  const found = at('elsewhere').reference(regions, 'the Region of everybody else');
  return { elsewhere: found ?? '' };
}

/** Entries of a map that is keyed by Region. */
function byRegion<T>(
  field: Field,
  regions: readonly RegionName[],
  read: (field: Field) => T,
): Readonly<Record<RegionName, T>> {
  const entries = field.map('Region') ?? [];
  const known = entries.filter(([region, entry]) => {
    if (regions.includes(region)) return true;
    entry.reject(`one of \`regions\`: ${regions.join(', ')}`, 'a Region that does not serve');
    return false;
  });
  return Object.fromEntries(known.map(([region, entry]) => [region, read(entry)]));
}

function readAmounts(
  field: Field,
  policy: 'weighted' | 'geoproximity',
  regions: readonly RegionName[],
): Readonly<Record<RegionName, number>> {
  const range = ROUTING_LEGALITY[policy].amount;
  const rule = integer(range?.least ?? 0, range?.most ?? 0);
  const amounts = byRegion(field, regions, (entry) => entry.require(rule, 0));
  const all = regions.length > 0 && regions.every((region) => Object.hasOwn(amounts, region));
  if (policy === 'weighted' && all && regions.every((region) => amounts[region] === 0)) {
    field.reject('a weight above 0 of one Region at least', 'no weight at all');
  }
  return amounts;
}

function readPlaces(
  field: Field,
  regions: readonly RegionName[],
): Readonly<Record<RegionName, Places>> {
  return byRegion(field, regions, (entry) => {
    const at = entry.properties(['continents', 'countries']);
    const codes = (name: string, rule: Rule<string>, what: string): readonly string[] => {
      const list = at?.(name);
      if (list?.present !== true) return [];
      return (list.list(`a list of ${what}`) ?? []).map((code) => code.require(rule, ''));
    };
    return {
      continents: codes('continents', oneOf(CONTINENTS), 'continents'),
      countries: codes('countries', COUNTRY, 'countries'),
    };
  });
}

function readNetworks(
  field: Field,
  regions: readonly RegionName[],
): Readonly<Record<RegionName, readonly string[]>> {
  const takenBy = new Map<string, string>();
  return byRegion(field, regions, (entry) =>
    (entry.list('a list of at most 64 blocks of addresses') ?? []).map((item) => {
      const network = item.require(NETWORK, '');
      const before = takenBy.get(network);
      if (before !== undefined && network !== '') {
        item.reject('a block that no other Region has', `"${network}", which ${before} has`);
      }
      takenBy.set(network, before ?? item.path);
      return network;
    }),
  );
}

function readOrder(field: Field, regions: readonly RegionName[]): readonly RegionName[] {
  if (!field.present) return regions;
  const allowed = `every one of \`regions\` once, the first to serve first: ${regions.join(', ')}`;
  const items = field.list(allowed) ?? [];
  const order = items.flatMap((item) => item.reference(regions, 'one of `regions`') ?? []);
  if (items.length === order.length && new Set(order).size !== regions.length) {
    field.reject(allowed);
  }
  return order;
}
