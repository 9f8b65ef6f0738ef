import type { AssemblyResource } from '../../assembly';
import { databasesOf } from '../private/databases';
import { replicaRegions } from '../private/replicas';
import { recordsOf, servingRegions } from '../private/routing';
import { shardMapsOf } from '../private/shard-map';
import { workloadsOf } from '../private/workloads';
import type { View } from '../private/view';
import { existingStand, zonesOf } from '../private/zones';

/** One thing of a Region that requests need; the Region serves while every part of it stands. */
export interface Part {
  readonly what: string;
  /** The part stands while this many of its copies do. */
  readonly needs: number;
  readonly copies: readonly Copy[];
  /** Seconds until a lost copy is made good within the Region, where the part is lost with it. */
  readonly repairSeconds: number | null;
}

export interface Copy {
  readonly resource: AssemblyResource;
  /** Where it stands: a table has copies in several Regions. */
  readonly region: string;
  /** Zones that it is spread over; it is lost with the last. Empty where no template says. */
  readonly zones: readonly string[];
  /** AWS service that it is a resource of. */
  readonly service: string;
}

export interface ServingRegion {
  readonly region: string;
  /** Without any of them no request of the Region is answered. */
  readonly parts: readonly Part[];
  /** Without any of them requests are slower, or servers cannot be added. */
  readonly helpers: readonly Part[];
}

/** Aurora creates an instance again within about this time, when a Region has only one. */
const RECREATE_SECONDS = 600;
/** Aurora promotes a reader of the same Region, and ElastiCache a replica, within about a minute. */
export const LOCAL_FAILOVER_SECONDS = 60;

/** A resource's service as its type has it: `AWS::DynamoDB::Table` is of `dynamodb`. */
export function serviceOf({ type }: AssemblyResource): string {
  const [, service = type] = type.split('::');
  return service
    .toLowerCase()
    .replace('elasticloadbalancingv2', 'elasticloadbalancing')
    .replace('wafv2', 'waf');
}

export function copyOf(
  view: View,
  resource: AssemblyResource,
  region = resource.stack.region,
): Copy {
  return { resource, region, zones: spreadOf(view, resource), service: serviceOf(resource) };
}

function spreadOf(view: View, resource: AssemblyResource): readonly string[] {
  const own = view.text(resource, 'AvailabilityZone');
  if (own !== undefined) return [own];
  const paths = [
    'Subnets',
    'SubnetId',
    'VPCZoneIdentifier',
    'NetworkConfiguration.AwsvpcConfiguration.Subnets',
    'VpcConfig.SubnetIds',
  ];
  const named = zonesOf(
    view,
    paths.flatMap((path) => view.out(resource, path)),
  );
  return named.length > 0 ? named : existingStand(view, [resource], paths).zones;
}

/** What the Regions that serve are made of. */
export const servingOf = (view: View): readonly ServingRegion[] =>
  view.once(servingRegions).map((region) => ({
    region,
    parts: [
      ...frontParts(view, region),
      ...computeParts(view, region),
      ...databaseParts(view, region),
      ...tableParts(view, region),
    ],
    helpers: helperParts(view, region),
  }));

const here = (
  view: View,
  region: string,
  ...types: readonly string[]
): readonly AssemblyResource[] => view.all(...types).filter(({ stack }) => stack.region === region);

function part(
  what: string,
  copies: readonly Copy[],
  needs = 1,
  repairSeconds: number | null = null,
): Part[] {
  return copies.length === 0 ? [] : [{ what, needs, copies, repairSeconds }];
}

function frontParts(view: View, region: string): readonly Part[] {
  const fronts = here(
    view,
    region,
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'AWS::ApiGateway::RestApi',
    'AWS::ApiGatewayV2::Api',
  );
  const records = view
    .once(recordsOf)
    .filter((it) => it.region === region && it.policy !== 'simple')
    .map(({ resource }) => ({ ...copyOf(view, resource), service: 'route53' }));
  const listeners = here(view, region, 'AWS::ElasticLoadBalancingV2::Listener');
  const certificates = listeners.flatMap((it) => view.out(it, 'Certificates'));
  return [
    ...part('DNS record', records),
    ...part(
      'load balancer',
      fronts.map((it) => copyOf(view, it)),
    ),
    ...part(
      'listener',
      listeners.map((it) => copyOf(view, it)),
      listeners.length,
    ),
    ...part(
      'certificate',
      certificates.map((it) => copyOf(view, it)),
      certificates.length,
    ),
  ];
}

function computeParts(view: View, region: string): readonly Part[] {
  const servers = here(
    view,
    region,
    'AWS::ECS::Service',
    'AWS::AutoScaling::AutoScalingGroup',
    'AWS::EC2::Instance',
  );
  const functions = workloadsOf(view).filter(
    (it) =>
      it.stack.region === region &&
      it.type === 'AWS::Lambda::Function' &&
      view.into(it, 'AWS::ElasticLoadBalancingV2::TargetGroup').length > 0,
  );
  return part(
    'servers and functions',
    [...servers, ...functions].map((it) => copyOf(view, it)),
  );
}

function databaseParts(view: View, region: string): readonly Part[] {
  const clusters = view.once(databasesOf).filter(({ cluster }) => cluster.stack.region === region);
  const alone = here(view, region, 'AWS::RDS::DBInstance').filter(
    (it) => !view.has(it, 'DBClusterIdentifier'),
  );
  return [
    ...clusters.flatMap(({ cluster, instances }) => [
      ...part(`database ${cluster.logicalId}`, [copyOf(view, cluster)]),
      ...part(
        `${instances.length > 1 ? 'every' : 'the one'} instance of ${cluster.logicalId}`,
        instances.map((it) => copyOf(view, it)),
        1,
        instances.length > 1 ? LOCAL_FAILOVER_SECONDS : RECREATE_SECONDS,
      ),
    ]),
    ...alone.flatMap((it) => part(`database ${it.logicalId}`, [copyOf(view, it)])),
  ];
}

/** Tables that workloads of the Region use: an eventual one by its own replica, a strong one by most. */
function tableParts(view: View, region: string): readonly Part[] {
  const workloads = workloadsOf(view).filter(({ stack }) => stack.region === region);
  const texts = workloads
    .map((it) => JSON.stringify([view.at(it, 'Environment'), view.at(it, 'ContainerDefinitions')]))
    .join();
  return view.all('AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table').flatMap((table) => {
    const name = view.text(table, 'TableName');
    const used =
      (name !== undefined && texts.includes(JSON.stringify(name))) ||
      workloads.some((it) => view.out(it).includes(table));
    if (!used) return [];
    const listed = replicaRegions(view, table);
    const regions = listed.length > 0 ? listed : [table.stack.region];
    const strong = view.text(table, 'MultiRegionConsistency') === 'STRONG';
    const chosen = strong ? regions : regions.includes(region) ? [region] : regions.slice(0, 1);
    const copies = chosen.map((it) => copyOf(view, table, it));
    return part(
      `table ${name ?? table.logicalId}`,
      copies,
      strong ? Math.floor(copies.length / 2) + 1 : 1,
    );
  });
}

function helperParts(view: View, region: string): readonly Part[] {
  const groups = here(view, region, 'AWS::ElastiCache::ReplicationGroup');
  const serverless = here(view, region, 'AWS::ElastiCache::ServerlessCache');
  const replicas = groups.every(
    (it) =>
      (view.number(it, 'NumCacheClusters') ?? 1) > 1 ||
      (view.number(it, 'ReplicasPerNodeGroup') ?? 0) > 0,
  );
  const repair = replicas ? LOCAL_FAILOVER_SECONDS : RECREATE_SECONDS;
  const secrets = view
    .all('AWS::SecretsManager::Secret')
    .filter(
      (it) =>
        it.stack.region === region ||
        JSON.stringify(view.list(it, 'ReplicaRegions')).includes(`"${region}"`),
    );
  return [
    ...part(
      'cache',
      [...groups, ...serverless].map((it) => copyOf(view, it)),
      groups.length + serverless.length,
      repair,
    ),
    ...part(
      'secrets',
      secrets.map((it) => copyOf(view, it, region)),
      secrets.length,
    ),
    ...part(
      'keys',
      here(view, region, 'AWS::KMS::Key').map((it) => copyOf(view, it)),
      1,
    ),
  ];
}

/** Where the shards are written, by Region; one shard without a name where no map says. */
export const homesOf = (view: View): ReadonlyMap<string, readonly string[]> => {
  const homes = new Map<string, string[]>();
  const [map] = view.once(shardMapsOf);
  for (const [shard, { home }] of Object.entries(map?.shards ?? {}))
    homes.set(home, [...(homes.get(home) ?? []), shard]);
  if (homes.size === 0) {
    for (const { cluster, born } of view.once(databasesOf)) {
      const writes = born || !view.has(cluster, 'GlobalClusterIdentifier');
      if (writes)
        homes.set(cluster.stack.region, [
          ...(homes.get(cluster.stack.region) ?? []),
          cluster.logicalId,
        ]);
    }
  }
  return homes;
};
