/**
 * What shares the requests of a Region's users: an application load balancer, which reads them; a
 * network load balancer, which hands over whole connections; or that one before a tier of HAProxy, for
 * what neither has.
 */
export type BalancerKind = 'application' | 'network' | 'software';

/** How an application load balancer chooses among the servers of a target group. */
export type TargetAlgorithm = 'round-robin' | 'least-outstanding-requests' | 'weighted-random';

/** A network load balancer hashes protocol, addresses and ports: each connection for itself. */
export type NetworkAlgorithm = 'flow-hash';

/** What HAProxy has; `fastest-response` is ours, out of what it measures. */
export type SoftwareAlgorithm =
  | 'round-robin'
  | 'least-connections'
  | 'random-of-two'
  | 'source-ip-hash'
  | 'uri-hash'
  | 'fastest-response';

/** Algorithms of each kind; the first is the default. */
export const BALANCER_ALGORITHMS = {
  application: ['least-outstanding-requests', 'round-robin', 'weighted-random'],
  network: ['flow-hash'],
  software: [
    'fastest-response',
    'round-robin',
    'least-connections',
    'random-of-two',
    'source-ip-hash',
    'uri-hash',
  ],
} as const satisfies Readonly<Record<BalancerKind, readonly BalancingAlgorithm[]>>;

export type BalancingAlgorithm = TargetAlgorithm | NetworkAlgorithm | SoftwareAlgorithm;

/** Below so many healthy servers something is done; either bound alone is enough. */
export interface HealthyThreshold {
  /** Servers, 1 or more. @default 1 */
  readonly count?: number;
  /** Per cent of the registered ones, 1 to 100. @default see the property that has it */
  readonly percentage?: number;
}

/**
 * How the load balancer of a service treats its servers and its clients. Functions are chosen by
 * Lambda itself: only the properties of clients and zones apply to them.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export interface LoadBalancingDeclaration {
  /** `network` and `software` stand before servers of one kind alone. @default application */
  readonly kind?: BalancerKind;
  /**
   * One of the kind's own, {@link BALANCER_ALGORITHMS}.
   * @default least-outstanding-requests, flow-hash or fastest-response: a slow server gets fewer
   */
  readonly algorithm?: BalancingAlgorithm;
  /** The balancers themselves, with `kind` "software". */
  readonly tier?: SoftwareTierDeclaration;
  /**
   * Whether servers that answer with more errors than the others get less until they recover; it
   * needs five of them or more. @default true with `weighted-random`, else false
   */
  readonly anomalyMitigation?: boolean;
  /** Seconds in which the share of a new server grows to its full, 30 to 900. @default at once */
  readonly slowStartSeconds?: number;
  /** Seconds for which a cookie keeps a client with one server, 1 to 604800. @default no stickiness */
  readonly stickinessSeconds?: number;
  /** Longest time in which a server that leaves may end requests in hand, 0 to 3600. @default 30 */
  readonly deregistrationSeconds?: number;
  /**
   * Longest life of a client's connection, 60 to 604800. It bounds how long a client stays with a
   * Region that DNS has left. @default 60
   */
  readonly keepAliveSeconds?: number;
  /** Idle time after which a connection is closed, 1 to 64: servers close theirs at 65. @default 60 */
  readonly idleTimeoutSeconds?: number;
  /** Whether a zone's node also sends to servers of other zones. @default true */
  readonly crossZone?: boolean;
  /** Whether traffic can be moved away from a zone by hand. @default true */
  readonly zonalShift?: boolean;
  /** Whether AWS moves it away from an impaired zone, and practises that every week. @default false */
  readonly autoshift?: boolean;
  /** With fewer healthy servers, what to do. */
  readonly minimumHealthy?: {
    /** Send to all servers, be they healthy or not. @default 1, or 33 per cent */
    readonly routing?: HealthyThreshold;
    /** Take the zone's address out of DNS. @default 1, no percentage */
    readonly dns?: HealthyThreshold;
  };
}

/** HAProxy on instances of its own. */
export interface SoftwareTierDeclaration {
  /** Graviton type. @default c7g.large */
  readonly instanceType?: string;
  /**
   * Requests a second that one balancer carries: measure your own.
   * @default 2000 for each vCPU, an assumption that errs on the side of too many balancers
   */
  readonly requestsPerSecond?: number;
  /** Most balancers in a Region. @default four times the fewest */
  readonly maxInstances?: number;
}

/** {@link SoftwareTierDeclaration} with every default filled in. */
export interface SoftwareTier {
  readonly instanceType: string;
  readonly requestsPerSecond: number;
  /** They carry the peak without one Region and without one zone. */
  readonly minInstances: number;
  readonly maxInstances: number;
}

/** A threshold with every default filled in. */
export interface Threshold {
  readonly count: number;
  /** `undefined` for no bound. */
  readonly percentage: number | undefined;
}

/** {@link LoadBalancingDeclaration} with every default filled in; `undefined` is "off". */
export type LoadBalancing = BalancingOptions & Chosen;

/** Of an application load balancer. */
export type ApplicationBalancing = Extract<LoadBalancing, { readonly kind: 'application' }>;

/** The kind, an algorithm of its own, and what it alone has. */
export type Chosen =
  | { readonly kind: 'application'; readonly algorithm: TargetAlgorithm }
  | { readonly kind: 'network'; readonly algorithm: NetworkAlgorithm }
  | {
      readonly kind: 'software';
      readonly algorithm: SoftwareAlgorithm;
      readonly tier: SoftwareTier;
    };

interface BalancingOptions {
  readonly anomalyMitigation: boolean;
  readonly slowStartSeconds: number | undefined;
  readonly stickinessSeconds: number | undefined;
  readonly deregistrationSeconds: number;
  readonly keepAliveSeconds: number;
  readonly idleTimeoutSeconds: number;
  readonly crossZone: boolean;
  readonly zonalShift: boolean;
  readonly autoshift: boolean;
  readonly minimumHealthy: { readonly routing: Threshold; readonly dns: Threshold };
}

/** A rule over two options, by their paths below `loadBalancing`. */
export type LoadBalancingRule = {
  /** The option that is refused where the rule is broken. */
  readonly option: string;
  /** The option that it goes with. */
  readonly other: string;
  /** Page that says so. */
  readonly source: string;
  /** Kind of balancer that it is about. @default all that have the option */
  readonly only?: BalancerKind;
} & (
  | {
      /** Where `option` is on, `other` must be one of `among`. */
      readonly kind: 'needs';
      readonly among: readonly (string | boolean)[];
    }
  | {
      /** Where both are set, `option` must not be below `other`. */
      readonly kind: 'at least';
    }
);

const PAGES = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application';
const ATTRIBUTES = `${PAGES}/edit-target-group-attributes.html`;
const HEALTH = `${PAGES}/target-group-health.html`;

/** What Elastic Load Balancing refuses, or ignores in silence. */
export const LOAD_BALANCING_RULES: readonly LoadBalancingRule[] = [
  {
    kind: 'needs',
    ...{ option: 'slowStartSeconds', other: 'algorithm', among: ['round-robin'] },
    only: 'application',
    source: ATTRIBUTES,
  },
  {
    kind: 'needs',
    ...{ option: 'anomalyMitigation', other: 'algorithm', among: ['weighted-random'] },
    source: ATTRIBUTES,
  },
  {
    kind: 'needs',
    ...{ option: 'stickinessSeconds', other: 'crossZone', among: [true] },
    source: `${PAGES}/disable-cross-zone.html`,
  },
  {
    kind: 'needs',
    ...{ option: 'autoshift', other: 'zonalShift', among: [true] },
    source: `${PAGES}/zonal-shift.html`,
  },
  {
    kind: 'at least',
    ...{ option: 'minimumHealthy.dns.count', other: 'minimumHealthy.routing.count' },
    source: HEALTH,
  },
  {
    kind: 'at least',
    ...{ option: 'minimumHealthy.dns.percentage', other: 'minimumHealthy.routing.percentage' },
    source: HEALTH,
  },
];

/** Options that only servers have; a service of functions alone may not declare them. */
export const SERVER_OPTIONS: readonly string[] = [
  'algorithm',
  'anomalyMitigation',
  'slowStartSeconds',
  'stickinessSeconds',
  'deregistrationSeconds',
  'crossZone',
  'minimumHealthy',
];

/** Options of each kind of balancer beside `kind`; what is not listed, it does not have. */
export const KIND_OPTIONS: Readonly<Record<BalancerKind, readonly string[]>> = (() => {
  const zones = ['zonalShift', 'autoshift'];
  const network = ['algorithm', 'deregistrationSeconds', 'crossZone', 'minimumHealthy', ...zones];
  return {
    application: [...SERVER_OPTIONS, 'keepAliveSeconds', 'idleTimeoutSeconds', ...zones],
    network,
    software: [...network, 'slowStartSeconds', 'tier'],
  };
})();
