import type { AssemblyResource, Json, JsonObject } from '../../assembly';
import { isJsonObject } from '../../assembly';
import { groupBy, numberOf, within } from './view';
import type { View } from './view';
import { regionsIn } from './regions-in';
import { isUnknown } from './markers';

/** One DNS record, from a record set or from a group of them. */
export interface DnsRecord {
  readonly resource: AssemblyResource;
  /** Lower case, without the final dot. */
  readonly name: string;
  readonly type: string;
  readonly policy: Policy;
  readonly properties: JsonObject;
  /** What an alias points to, where a template of the assembly has it. */
  readonly target: AssemblyResource | undefined;
  /** Region of what it points to; undefined for what has none, such as a distribution. */
  readonly region: string | undefined;
  readonly healthCheck: AssemblyResource | undefined;
  /** Whether any health check is set, known or not. */
  readonly checked: boolean;
  readonly evaluatesTarget: boolean;
  /** Seconds; undefined for an alias, whose target decides. */
  readonly ttl: number | undefined;
}

export type Policy =
  | 'simple'
  | 'failover'
  | 'geolocation'
  | 'geoproximity'
  | 'latency'
  | 'weighted'
  | 'multivalue'
  | 'ip';

/** All records of one name and type. */
export interface RecordSet {
  readonly name: string;
  readonly type: string;
  readonly records: readonly DnsRecord[];
  /** Whether Route 53 chooses between records. */
  readonly steered: boolean;
}

export const recordsOf = (view: View): readonly DnsRecord[] => [
  ...view.all('AWS::Route53::RecordSet').map((it) => readRecord(view, it, view.props(it))),
  ...view.all('AWS::Route53::RecordSetGroup').flatMap((it) =>
    view
      .list(it, 'RecordSets')
      .filter(isJsonObject)
      .map((properties) => readRecord(view, it, properties)),
  ),
];

export const recordSetsOf = (view: View): readonly RecordSet[] =>
  [...groupBy(view.once(recordsOf), ({ name, type }) => `${name} ${type}`).values()].flatMap(
    (records) => {
      const [first] = records;
      if (first === undefined) return [];
      const steered = records.some(({ policy }) => policy !== 'simple');
      return [{ name: first.name, type: first.type, records, steered }];
    },
  );

/** Name of the zone that a record is an alias of, if it is one. */
function aliasedName(view: View, { properties }: DnsRecord): string {
  return hostName(view.textOf(within(properties, 'AliasTarget.DNSName')));
}

/** Names that other records are aliases of: users get to them through those. */
export const namesBehind = (view: View): ReadonlySet<string> =>
  new Set(view.once(recordsOf).map((record) => aliasedName(view, record)));

/**
 * Regions that a record leads to, through other names of the zone where it is an alias of one; none
 * where that is not known.
 */
export function regionsBehind(
  view: View,
  record: DnsRecord,
  seen: ReadonlySet<string> = new Set(),
): readonly string[] {
  if (record.region !== undefined) return [record.region];
  const name = aliasedName(view, record);
  if (name === '' || seen.has(name)) return [];
  const behind = view.once(recordsByName).get(name) ?? [];
  return behind
    .filter(({ type }) => type === record.type)
    .flatMap((it) => regionsBehind(view, it, new Set([...seen, name])));
}

/**
 * Policies by which each Region has a share of its own, so that its records differ from the others':
 * what they must have in common is another rule's.
 */
const SHARES: readonly Policy[] = ['weighted', 'geolocation', 'geoproximity', 'failover', 'ip'];

/** Keys of resources that hold a Region's own share of a name. */
export const ownShares = (view: View): ReadonlySet<string> =>
  new Set(
    view
      .once(recordsOf)
      .filter(({ policy }) => SHARES.includes(policy))
      .map(({ resource }) => resource.key),
  );

function readRecord(view: View, resource: AssemblyResource, properties: JsonObject): DnsRecord {
  const alias = within(properties, 'AliasTarget.DNSName');
  const values = properties['ResourceRecords'];
  const [target] = view.refs(alias ?? values).filter(({ type }) => !type.includes('Route53'));
  return {
    resource,
    name: hostName(view.textOf(properties['Name'])),
    type: view.textOf(properties['Type']) ?? '?',
    policy: policyOf(properties),
    properties,
    target,
    region: regionOf(target, alias ?? values),
    healthCheck: view.refs(properties['HealthCheckId'])[0],
    checked: properties['HealthCheckId'] !== undefined,
    evaluatesTarget: [true, 'true'].includes(
      within(properties, 'AliasTarget.EvaluateTargetHealth') as boolean,
    ),
    ttl: numberOf(properties['TTL']),
  };
}

function policyOf(properties: JsonObject): Policy {
  const has = (name: string): boolean => properties[name] !== undefined;
  if (has('Failover')) return 'failover';
  if (has('GeoLocation')) return 'geolocation';
  if (has('GeoProximityLocation')) return 'geoproximity';
  if (has('Region')) return 'latency';
  if (has('CidrRoutingConfig')) return 'ip';
  if (has('MultiValueAnswer')) return 'multivalue';
  return has('Weight') ? 'weighted' : 'simple';
}

/** Resources that stand at the edge, in no Region. */
const GLOBAL = new Set(['AWS::CloudFront::Distribution', 'AWS::GlobalAccelerator::Accelerator']);

function regionOf(
  target: AssemblyResource | undefined,
  pointer: Json | undefined,
): string | undefined {
  if (target !== undefined) return GLOBAL.has(target.type) ? undefined : target.stack.region;
  const named = regionsIn(JSON.stringify(pointer ?? ''));
  return named.length === 1 ? named[0] : undefined;
}

export function hostName(text: string | undefined): string {
  return (text ?? '').toLowerCase().replace(/\.$/, '');
}

/** What a health check asks. */
export interface Endpoint {
  /** Host as it is asked; empty where not known. */
  readonly host: string;
  readonly path: string;
  /** Records that answer for the host. */
  readonly records: readonly DnsRecord[];
  /** Load balancer, bucket or other resource that answers, where templates say. */
  readonly resources: readonly AssemblyResource[];
  /** Region in which it stands; undefined where it is not known or in several. */
  readonly region: string | undefined;
}

export function endpointOf(view: View, check: AssemblyResource): Endpoint {
  const raw = view.at(check, 'HealthCheckConfig.FullyQualifiedDomainName');
  const host = hostName(view.textOf(raw));
  const records = host === '' ? [] : (view.once(recordsByName).get(host) ?? []);
  const resources = [
    ...view.out(check, 'HealthCheckConfig.FullyQualifiedDomainName'),
    ...records.flatMap(({ target }) => target ?? []),
  ].filter(({ type }) => type !== 'AWS::Route53::RecordSet');
  const regions = new Set([
    ...resources.map(({ stack }) => stack.region),
    ...records.flatMap(({ region }) => region ?? []),
    ...(resources.length + records.length === 0 ? regionsIn(host) : []),
  ]);
  const path = view.text(check, 'HealthCheckConfig.ResourcePath') ?? '/';
  return {
    host,
    path,
    records,
    resources,
    region: regions.size === 1 ? [...regions][0] : undefined,
  };
}

export const recordsByName = (view: View): ReadonlyMap<string, readonly DnsRecord[]> =>
  groupBy(view.once(recordsOf), ({ name }) => name);

export function checkType(view: View, check: AssemblyResource): string {
  return view.text(check, 'HealthCheckConfig.Type') ?? '?';
}

/** A check with the checks that it is calculated from, each once, itself first. */
export function checkTree(view: View, check: AssemblyResource): readonly AssemblyResource[] {
  const found = new Map([[check.key, check]]);
  for (const it of found.values()) {
    for (const child of view.out(it, 'HealthCheckConfig.ChildHealthChecks')) {
      if (child.type === 'AWS::Route53::HealthCheck') found.set(child.key, child);
    }
  }
  return [...found.values()];
}

/** Health checks by the records that they steer, children of calculated ones included. */
export const steeringChecks = (view: View): ReadonlyMap<AssemblyResource, readonly DnsRecord[]> => {
  const found = new Map<AssemblyResource, DnsRecord[]>();
  for (const record of view.once(recordsOf)) {
    if (record.healthCheck === undefined) continue;
    for (const check of checkTree(view, record.healthCheck)) {
      found.set(check, [...(found.get(check) ?? []), record]);
    }
  }
  return found;
};

/** Regions in which something answers users' requests. */
export const servingRegions = (view: View): readonly string[] => {
  const fronts = view.all(
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'AWS::ElasticLoadBalancing::LoadBalancer',
    'AWS::ApiGateway::RestApi',
    'AWS::ApiGatewayV2::Api',
    'AWS::AppSync::GraphQLApi',
    'AWS::Lambda::Url',
    'AWS::AppRunner::Service',
  );
  const behind = view.all('AWS::ECS::Service', 'AWS::AutoScaling::AutoScalingGroup');
  const regions = (fronts.length > 0 ? fronts : behind).map(({ stack }) => stack.region);
  return [...new Set(regions)].filter((region) => !isUnknown(region));
};
