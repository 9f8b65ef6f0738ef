import { REGIONS } from '../../../config';
import { capacitiesOf } from '../private/capacity';
import { databasesOf } from '../private/databases';
import { distributionsOf } from '../private/distribution';
import { recordSetsOf, servingRegions } from '../private/routing';
import { replicaRegions } from '../private/replicas';
import type { View } from '../private/view';
import { workloadsOf } from '../private/workloads';
import { homesOf } from '../questions';

/** What the picture shows of a Region that serves. */
export interface RegionPicture {
  readonly region: string;
  /** Where it is; empty for Regions that this product does not know. */
  readonly city: string;
  readonly front: string | undefined;
  readonly compute: readonly string[];
  readonly cache: string | undefined;
  readonly database: string | undefined;
  /** Shards that are written here. */
  readonly writes: readonly string[];
}

export interface Picture {
  /** Names under which users come. */
  readonly edge: { readonly name: string; readonly paths: readonly EdgePath[] } | undefined;
  /** The name that Route 53 steers between Regions, with its policy. */
  readonly dns:
    { readonly name: string; readonly policy: string; readonly checked: boolean } | undefined;
  readonly regions: readonly RegionPicture[];
  readonly tables: readonly TablePicture[];
  /** Whether databases of the Regions replicate. */
  readonly replicates: boolean;
}

export interface EdgePath {
  readonly path: string;
  /** `regions`: buckets or hosts of these Regions in turn; `dns`: the steered name. */
  readonly to: 'regions' | 'dns';
  readonly regions: readonly string[];
}

export interface TablePicture {
  readonly name: string;
  readonly regions: readonly string[];
  readonly strong: boolean;
}

/** The request path and the data path as the templates have them. */
export function pictureOf(view: View): Picture {
  const serving = view.once(servingRegions);
  return {
    edge: edgeOf(view),
    dns: dnsOf(view),
    regions: serving.map((region) => regionOf(view, region)),
    tables: view.all('AWS::DynamoDB::GlobalTable').map((it) => ({
      name: view.text(it, 'TableName') ?? it.logicalId,
      regions: replicaRegions(view, it),
      strong: view.text(it, 'MultiRegionConsistency') === 'STRONG',
    })),
    replicates: view.all('AWS::RDS::GlobalCluster').length > 0,
  };
}

function edgeOf(view: View): Picture['edge'] {
  const [distribution] = view.once(distributionsOf);
  if (distribution === undefined) return undefined;
  const aliases = view.list(distribution.resource, 'DistributionConfig.Aliases');
  return {
    name: aliases.flatMap((it) => view.textOf(it) ?? [])[0] ?? 'CDN',
    paths: asOne(
      distribution.behaviors.map(({ path, origin, group }): EdgePath => {
        const members = group?.members ?? (origin === undefined ? [] : [origin]);
        const steered = members.some(({ moves }) => moves);
        return {
          path: path === 'default' ? '/' : path,
          to: steered ? 'dns' : 'regions',
          regions: [...new Set(members.flatMap(({ regions }) => regions))],
        };
      }),
    ),
  };
}

/** A path for each Region is drawn as one, of all their Regions. */
function asOne(paths: readonly EdgePath[]): readonly EdgePath[] {
  const named = new Map<string, EdgePath>();
  for (const { path, to, regions } of paths) {
    const name = regions.reduce((text, region) => text.replace(region, 'REGION'), path);
    const before = named.get(name)?.regions ?? [];
    named.set(name, { path: name, to, regions: [...new Set([...before, ...regions])] });
  }
  return [...named.values()];
}

function dnsOf(view: View): Picture['dns'] {
  const [set] = view
    .once(recordSetsOf)
    .filter(({ steered, records }) => steered && records.length > 0);
  const [first] = set?.records ?? [];
  if (set === undefined || first === undefined) return undefined;
  return {
    name: set.name,
    policy: first.policy,
    checked: set.records.every(({ checked }) => checked),
  };
}

function regionOf(view: View, region: string): RegionPicture {
  const here = (type: string) => view.all(type).filter(({ stack }) => stack.region === region);
  const [front] = here('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const [cache] = here('AWS::ElastiCache::ReplicationGroup');
  const clusters = view.once(databasesOf).filter(({ cluster }) => cluster.stack.region === region);
  const instances = clusters.reduce((sum, it) => sum + it.instances.length, 0);
  const writes = view.once(homesOf).get(region) ?? [];
  const engine = clusters[0] && view.text(clusters[0].cluster, 'Engine');
  return {
    region,
    city: REGIONS[region]?.city ?? '',
    front:
      front && (view.text(front, 'Type') === 'network' ? 'network load balancer' : 'load balancer'),
    compute: computeOf(view, region),
    cache:
      cache &&
      `${view.text(cache, 'Engine') ?? 'redis'} × ${view.number(cache, 'NumCacheClusters') ?? 1}`,
    database:
      engine &&
      `${engine} × ${instances}${clusters.length > 1 ? ` in ${clusters.length} clusters` : ''}`,
    writes,
  };
}

function computeOf(view: View, region: string): readonly string[] {
  const servers = capacitiesOf(view)
    .filter(({ resource }) => resource.stack.region === region)
    .map(({ min, max, resource }) => {
      const what = resource.type === 'AWS::ECS::Service' ? 'tasks' : 'servers';
      return `${min ?? '?'}${max === undefined ? '' : ` to ${max}`} ${what}`;
    });
  const functions = workloadsOf(view).filter(
    (it) =>
      it.stack.region === region &&
      view.into(it, 'AWS::ElasticLoadBalancingV2::TargetGroup').length > 0,
  );
  return [...servers, ...(functions.length > 0 ? ['functions'] : [])];
}
