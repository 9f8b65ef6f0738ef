import type { Fault } from './faults';

/** Routing policies of Route 53, by the names of its guide. */
export type RoutingPolicy =
  | 'simple'
  | 'latency'
  | 'geolocation'
  | 'geoproximity'
  | 'weighted'
  | 'failover'
  | 'multivalue'
  | 'ip-based';

/**
 * What a record leads to: an alias of a load balancer, of a distribution, or of another record of the
 * zone; addresses of its own; or another name (CNAME).
 */
export type RecordTarget = 'balancer' | 'distribution' | 'record' | 'addresses' | 'name';

export interface PolicyLegality {
  /** Property of `AWS::Route53::RecordSet` that makes a record one of the policy. */
  readonly property: string | undefined;
  readonly targets: readonly RecordTarget[];
  /** Records of one name and type, fewest and most. */
  readonly records: readonly [fewest: number, most: number];
  /** Whether each record wants a set identifier of its own. */
  readonly setIdentifier: boolean;
  /** What must differ between the records of one name; `undefined`: nothing. */
  readonly distinct: string | undefined;
  /** The number that the policy takes, if it takes one. */
  readonly amount:
    { readonly what: string; readonly least: number; readonly most: number } | undefined;
  /** Whether a record for everybody else is needed, so that nobody is left without an answer. */
  readonly needsDefault: boolean;
  /** Keys that must all be there, such as the two roles of failover. */
  readonly keys: readonly string[] | undefined;
  /** AWS's page about it. */
  readonly source: string;
}

const GUIDE = 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/';
const ALIASES: readonly RecordTarget[] = ['balancer', 'distribution', 'record'];
const ALL: readonly RecordTarget[] = [...ALIASES, 'addresses', 'name'];
/** A quota of Route 53: records of one name and type in routing policies. */
const MOST = 100;

const routed = (
  property: string,
  page: string,
  changes: Partial<PolicyLegality> = {},
): PolicyLegality => ({
  ...{ property, targets: ALL, records: [1, MOST], setIdentifier: true, distinct: undefined },
  ...{ amount: undefined, needsDefault: false, keys: undefined, source: GUIDE + page },
  ...changes,
});

/** Which policy may go with which target and option: data that validation and review are driven by. */
export const ROUTING_LEGALITY: Readonly<Record<RoutingPolicy, PolicyLegality>> = {
  simple: {
    ...routed('', 'routing-policy-simple.html'),
    ...{ property: undefined, records: [1, 1], setIdentifier: false },
  },
  latency: routed('Region', 'routing-policy-latency.html', { distinct: 'Region' }),
  geolocation: routed('GeoLocation', 'routing-policy-geo.html', {
    ...{ distinct: 'place', needsDefault: true },
  }),
  geoproximity: routed('GeoProximityLocation', 'routing-policy-geoproximity.html', {
    ...{ distinct: 'place', amount: { what: 'bias', least: -99, most: 99 } },
  }),
  weighted: routed('Weight', 'routing-policy-weighted.html', {
    amount: { what: 'weight', least: 0, most: 255 },
  }),
  failover: routed('Failover', 'routing-policy-failover.html', {
    ...{ records: [2, 2], distinct: 'role', keys: ['PRIMARY', 'SECONDARY'] },
  }),
  multivalue: routed('MultiValueAnswer', 'routing-policy-multivalue.html', {
    // Neither aliases nor CNAMEs: it answers with up to eight addresses.
    targets: ['addresses'],
  }),
  'ip-based': routed('CidrRoutingConfig', 'routing-policy-ipbased.html', {
    ...{ distinct: 'CIDR location', needsDefault: true },
  }),
};

/** One record of a name and type, as far as legality looks at it. */
export interface RecordShape {
  /** Where it is declared, for the fault. */
  readonly path: string;
  readonly policy: RoutingPolicy;
  readonly target: RecordTarget;
  readonly setIdentifier?: string;
  /** What tells it from the others: Region, place, role, CIDR location. `*` is the default. */
  readonly key?: string;
  /** Weight or bias. */
  readonly amount?: number;
  /** Whether its health counts: a health check, or an evaluated target. */
  readonly watched: boolean;
}

/** The key of the record for everybody else. */
export const EVERYBODY_ELSE = '*';

/**
 * All that Route 53 would refuse, or that would leave somebody without an answer, in the records of
 * one name and type. They come from a declaration or from templates.
 *
 * @param options.together false where these are not all records of the name, so that nothing can be
 *                         said of the others; by default they are
 */
export function illegalRecords(
  name: string,
  shapes: readonly RecordShape[],
  { together = true }: { readonly together?: boolean } = {},
): readonly Fault[] {
  const [first] = shapes;
  if (first === undefined) return [];
  const mixed = shapes.filter(({ policy }) => policy !== first.policy);
  if (mixed.length > 0) {
    return mixed.map(({ path, policy }) =>
      fault(path, `${policy} beside ${first.policy}`, `one policy for all records of ${name}`),
    );
  }
  const legality = ROUTING_LEGALITY[first.policy];
  return [
    ...shapes.flatMap((shape) => illegalRecord(shape, legality)),
    ...(together ? illegalTogether(name, shapes, legality) : []),
  ];
}

function fault(path: string, found: string, allowed: string): Fault {
  return { path, found, allowed };
}

function illegalRecord(shape: RecordShape, legality: PolicyLegality): readonly Fault[] {
  const { path, policy, target, setIdentifier, amount, key, watched } = shape;
  const faults: Fault[] = [];
  if (!legality.targets.includes(target)) {
    faults.push(fault(path, `${policy} that leads to a ${target}`, legality.targets.join(', ')));
  }
  if (legality.setIdentifier !== (setIdentifier !== undefined)) {
    const found = setIdentifier === undefined ? 'no set identifier' : 'a set identifier';
    faults.push(fault(path, found, legality.setIdentifier ? 'one of its own' : 'none'));
  }
  const { amount: range } = legality;
  const fits = (number: number): boolean =>
    range !== undefined &&
    Number.isInteger(number) &&
    number >= range.least &&
    number <= range.most;
  if (amount !== undefined && range !== undefined && !fits(amount)) {
    const allowed = `a whole number of ${range.least} to ${range.most}`;
    faults.push(fault(path, `a ${range.what} of ${amount}`, allowed));
  }
  if (key === 'PRIMARY' && policy === 'failover' && !watched) {
    faults.push(fault(path, 'a primary whose health nobody checks', 'a health check'));
  }
  return faults;
}

function illegalTogether(
  name: string,
  shapes: readonly RecordShape[],
  { records: [fewest, most], distinct, needsDefault, keys }: PolicyLegality,
): readonly Fault[] {
  const faults: Fault[] = [];
  const [{ path: first } = { path: '' }] = shapes;
  if (shapes.length < fewest || shapes.length > most) {
    const allowed = fewest === most ? `${most}` : `${fewest} to ${most}`;
    faults.push(fault(first, `${shapes.length} records of ${name}`, `${allowed} of this policy`));
  }
  faults.push(...repeated(shapes, ({ setIdentifier }) => setIdentifier, 'set identifier'));
  if (distinct !== undefined) faults.push(...repeated(shapes, ({ key }) => key, distinct));
  const has = (wanted: string): boolean => shapes.some(({ key }) => key === wanted);
  if (needsDefault && !has(EVERYBODY_ELSE)) {
    faults.push(fault(first, `no record of ${name} for everybody else`, 'a default'));
  }
  for (const wanted of keys ?? []) {
    if (!has(wanted)) faults.push(fault(first, `no ${wanted} record of ${name}`, 'one of each'));
  }
  return faults;
}

function repeated(
  shapes: readonly RecordShape[],
  keyOf: (shape: RecordShape) => string | undefined,
  what: string,
): readonly Fault[] {
  const takenBy = new Map<string, string>();
  return shapes.flatMap((shape) => {
    const key = keyOf(shape);
    if (key === undefined) return [];
    const before = takenBy.get(key);
    takenBy.set(key, before ?? shape.path);
    return before === undefined
      ? []
      : [fault(shape.path, `${what} ${key}, which ${before} has`, `a ${what} of its own`)];
  });
}
