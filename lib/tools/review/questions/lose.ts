import type { AssemblyResource } from '../../assembly';
import { alarmsOf } from '../private/alarms';
import { capacitiesOf } from '../private/capacity';
import { clocksOf, failoverClock } from '../private/clocks';
import { globalDatabasesOf } from '../private/databases';
import type { GlobalDatabase } from '../private/databases';
import { shardMapsOf } from '../private/shard-map';
import { replicaRegions } from '../private/replicas';
import type { View } from '../private/view';
import type { DataAtRisk, Effect, Loss, LossReport, RemainingCapacity } from './model';
import { copyOf, homesOf, LOCAL_FAILOVER_SECONDS, servingOf } from './parts';
import type { Copy, Part, ServingRegion } from './parts';
import { CONTINENTS, preferencesOf, shareOf, shareOfShards } from './users';
import { CONTROL_PLANES } from './what';

const EVERYBODY = Object.keys(CONTINENTS);

/** Whether a copy of something is lost. */
function isLost(loss: Loss, { resource, region, zones, service }: Copy): boolean {
  switch (loss.kind) {
    case 'region':
      return region === loss.region && !isEverywhere(resource);
    case 'az':
      return zones.length > 0 && zones.every((zone) => zone === loss.zone);
    case 'service':
      return service === loss.service && region === loss.region && !isEverywhere(resource);
    case 'control-plane':
    case 'partition':
      return false;
    case 'resource':
      return resource.key === loss.key;
  }
}

/** Data planes that answer from everywhere, whichever Region their stack stands in. */
function isEverywhere({ type }: AssemblyResource): boolean {
  return /^AWS::(Route53|CloudFront|IAM|GlobalAccelerator)::/.test(type);
}

/** A single instance whose zone no template names may stand in the zone that is lost. */
function mayBeLost(loss: Loss, part: Part, region: string): boolean {
  if (loss.kind !== 'az' || loss.region !== region) return false;
  return (
    part.what.startsWith('the one instance of') &&
    part.copies.length === 1 &&
    part.copies[0]?.zones.length === 0
  );
}

const fails = (loss: Loss, part: Part, region: string): boolean =>
  part.copies.filter((copy) => !isLost(loss, copy)).length < part.needs ||
  mayBeLost(loss, part, region);

/** Answers from the graph what a loss means: for whom, for how long, and what is to be done. */
export function lose(view: View, loss: Loss, text: string): LossReport {
  const serving = view.once(servingOf);
  const down = serving.flatMap((it) => {
    const failed = it.parts.filter((part) => fails(loss, part, it.region));
    return failed.length === 0 ? [] : [{ ...it, failed }];
  });
  const cut = cutOff(view, loss);
  const effects = [
    ...edgeEffects(view, loss),
    ...down.flatMap((it) => regionEffects(view, it, down.length === serving.length)),
    ...writeEffects(view, [...down, ...cut]),
    ...(down.length === 0 ? zoneEffects(view, loss) : []),
    ...helperEffects(loss, serving, view),
  ];
  const lostHomes = [...down, ...cut].flatMap((it) => {
    const shards = heals(it.failed) ? [] : shardsHit(view, it.region, it.failed);
    return shards.length === 0 ? [] : [[it.region, shards] as const];
  });
  return {
    schemaVersion: 1,
    lost: text,
    resources: view.all().filter((it) => isLost(loss, copyOf(view, it))).length,
    effects,
    dataAtRisk: dataAtRisk(view, loss),
    capacity: remaining(
      view,
      loss,
      [...down, ...cut].map(({ region }) => region),
    ),
    person: [
      ...lostHomes.flatMap(([home, shards]) => [
        `decide that ${home} does not come back in time; fence ${shards.join(', ')} and wait for one lease`,
        `promote a standby of ${shards.join(', ')} in another Region, make it the home, and list what was lost`,
      ]),
      ...controlPlaneSteps(loss),
      ...(effects.some(({ endedBy }) => endedBy === 'repair')
        ? [`repair or deploy again what is lost: ${text}`]
        : []),
    ],
  };
}

type Down = ServingRegion & { readonly failed: readonly Part[] };

/** Whether a Region comes back by itself, without moving what it writes. */
const heals = (failed: readonly Part[]): boolean =>
  failed.every(({ repairSeconds }) => repairSeconds !== null);
const healing = (failed: readonly Part[]): number =>
  Math.max(...failed.map(({ repairSeconds }) => repairSeconds ?? 0));

function regionEffects(view: View, { region, failed }: Down, isLast: boolean): readonly Effect[] {
  const users = [...view.once(preferencesOf)].flatMap(([code, regions]) =>
    regions[0] === region ? [code] : [],
  );
  const [first] = failed;
  if (first === undefined) return [];
  // What lacks a copy asks another Region's, by the document that says who holds it: reads go on, and
  // writes of the Region's shards are told by `writeEffects`.
  if (!isLast && failed.every(isDatabase) && readsElsewhere(view, region)) return [];
  const clock = view.once(clocksOf).find(({ record }) => record.region === region);
  const steer = clock === undefined || isLast ? undefined : clock.steerSeconds;
  const own = heals(failed) ? healing(failed) : undefined;
  const seconds = steer === undefined ? (own ?? null) : Math.min(steer, own ?? Infinity);
  return [
    {
      users: isLast ? EVERYBODY : users,
      share: shareOf(isLast ? EVERYBODY : users),
      operations: ['reads', 'writes'],
      seconds,
      endedBy: seconds === null ? 'repair' : 'clocks',
      why:
        seconds === null
          ? `${first.what} of ${region} is gone, and no other Region serves`
          : `${first.what} of ${region} is gone; ${steer === seconds ? 'DNS sends users to the next Region' : 'it is made good within the Region'}`,
      path: pathTo(first, clock?.record.resource, clock?.check),
    },
  ];
}

function pathTo(
  part: Part,
  ...before: readonly (AssemblyResource | undefined)[]
): readonly string[] {
  return [
    ...new Set([
      ...before.flatMap((it) => it?.key ?? []),
      ...part.copies.map(({ resource }) => resource.key),
    ]),
  ];
}

/** Writes of the shards at home in a Region that is down stop for whoever is in them, wherever they are. */
function writeEffects(view: View, down: readonly Down[]): readonly Effect[] {
  return down.flatMap(({ region, failed }) => {
    const shards = shardsHit(view, region, failed);
    const [first] = failed;
    if (shards.length === 0 || first === undefined) return [];
    const own = heals(failed) ? healing(failed) : Infinity;
    const moved = hasStandby(view, region) ? failoverClock(view, region).totalSeconds : Infinity;
    const seconds = Math.min(own, moved);
    return [
      {
        users: EVERYBODY,
        share: shareOfShards(view, shards),
        operations: ['writes'] as const,
        seconds: Number.isFinite(seconds) ? seconds : null,
        endedBy: endOf(own, moved),
        why: `${shards.join(', ')} ${shards.length === 1 ? 'is' : 'are'} written in ${region}, where ${first.what} is gone`,
        path: pathTo(first),
      },
    ];
  });
}

/** The instance that writes may stand in the zone that is lost: one in another zone takes over by itself. */
function zoneEffects(view: View, loss: Loss): readonly Effect[] {
  if (loss.kind !== 'az') return [];
  const { region, zone } = loss;
  const parts = view.once(servingOf).flatMap((it) => (it.region === region ? it.parts : []));
  const isHit = ({ what, copies }: Part): boolean =>
    what.startsWith('every instance of') &&
    copies.some(({ zones }) => zones.length === 0 || zones.includes(zone));
  return parts.filter(isHit).flatMap((part): readonly Effect[] => {
    const shards = shardsHit(view, region, [part]);
    if (shards.length === 0) return [];
    return [
      {
        ...{ users: EVERYBODY, share: shareOfShards(view, shards), operations: ['writes'] },
        ...{ seconds: LOCAL_FAILOVER_SECONDS, endedBy: 'clocks', path: pathTo(part) },
        why: `${shards.join(', ')} ${shards.length === 1 ? 'is' : 'are'} written by an instance that may stand in ${zone}: one in another zone is promoted by itself`,
      },
    ];
  });
}

/** A Region that others do not reach goes on for its own users, but for what waits for others. */
function cutOff(view: View, loss: Loss): readonly Down[] {
  if (loss.kind !== 'partition') return [];
  return view
    .once(servingOf)
    .filter(({ region }) => region === loss.region)
    .map((it) => {
      const ways = it.parts.filter(({ what }) => what === 'load balancer');
      return { ...it, failed: ways.map((part) => ({ ...part, what: 'the way to it' })) };
    });
}

function endOf(own: number, moved: number): Effect['endedBy'] {
  if (own === Infinity && moved === Infinity) return 'repair';
  return own <= moved ? 'clocks' : 'person';
}

/**
 * Shards that are not written any more: all that are at home in a Region that nobody reaches; where
 * only databases are gone, those that they hold, because other Regions send writes on by name.
 */
function shardsHit(view: View, region: string, failed: readonly Part[]): readonly string[] {
  const shards = view.once(homesOf).get(region) ?? [];
  const held = failed.map((part) => shardsIn(view, part, shards));
  return held.some((it) => it === undefined)
    ? shards
    : shards.filter((shard) => held.some((it) => it?.includes(shard) === true));
}

/** By the names of clusters, which hold the shard's; undefined where a part is no database of shards. */
function shardsIn(
  view: View,
  { copies }: Part,
  shards: readonly string[],
): readonly string[] | undefined {
  const names = copies.map(({ resource }) => {
    if (!/DBCluster$|DBInstance$/.test(resource.type)) return undefined;
    const [cluster = resource] = view.out(resource, 'DBClusterIdentifier');
    const name = view.text(cluster, 'DBClusterIdentifier');
    return name?.endsWith(`-${cluster.stack.region}`) === true ? name : undefined;
  });
  if (view.once(shardMapsOf).length === 0 || names.includes(undefined)) return undefined;
  return shards.filter((shard) => names.some((name) => name?.includes(`-${shard}-`) === true));
}

/** Whether servers of the Region know by a map of the shards who else holds a copy, and somebody does. */
function readsElsewhere(view: View, region: string): boolean {
  return view.once(shardMapsOf).length > 0 && hasStandby(view, region);
}

const isDatabase = ({ copies }: Part): boolean =>
  copies.every(({ resource }) => /^AWS::RDS::DB(Cluster|Instance)$/.test(resource.type));

/** Whether every database of the Region has a copy with instances elsewhere. */
function hasStandby(view: View, region: string): boolean {
  const here = view
    .once(globalDatabasesOf)
    .filter(({ members }) => members.some(({ cluster }) => cluster.stack.region === region));
  const hasOther = ({ members }: GlobalDatabase): boolean =>
    members.some(({ cluster, instances }) => {
      return cluster.stack.region !== region && instances.length > 0;
    });
  return here.length > 0 && here.every(hasOther);
}

function helperEffects(
  loss: Loss,
  serving: readonly ServingRegion[],
  view: View,
): readonly Effect[] {
  return serving.flatMap(({ region, helpers }) =>
    loss.kind === 'region' && loss.region === region
      ? []
      : helpers
          .filter(({ what }) => what === 'cache')
          .filter((part) => fails(loss, part, region))
          .map((part): Effect => {
            const users = [...view.once(preferencesOf)].flatMap(([code, regions]) =>
              regions[0] === region ? [code] : [],
            );
            return {
              users,
              share: shareOf(users),
              operations: ['reads'],
              seconds: part.repairSeconds,
              endedBy: part.repairSeconds === null ? 'repair' : 'clocks',
              why: `without the ${part.what} of ${region} reads go to the database and are slower; none fails`,
              path: pathTo(part),
            };
          }),
  );
}

/** What stands once for all Regions: the zone, the distribution, its certificate and firewall. */
function edgeEffects(view: View, loss: Loss): readonly Effect[] {
  if (loss.kind !== 'resource') return [];
  const resource = view.assembly.resource(loss.key);
  if (resource === undefined || !/Distribution$|HostedZone$/.test(resource.type)) return [];
  return [
    {
      users: EVERYBODY,
      share: 1,
      operations: ['reads', 'writes'],
      seconds: null,
      endedBy: 'repair',
      why: 'every request passes through it, and it stands once for all Regions',
      path: [resource.key],
    },
  ];
}

/** What was acknowledged where it is lost and had not yet arrived elsewhere. */
function dataAtRisk(view: View, loss: Loss): readonly DataAtRisk[] {
  const region = loss.kind === 'region' || loss.kind === 'partition' ? loss.region : undefined;
  const rpo = view.intent.objectives?.rpoSeconds;
  const lag = view
    .once(alarmsOf)
    .find(({ metrics }) => metrics.some(({ name }) => name === 'AuroraGlobalDBRPOLag'))?.threshold;
  const bound = lag === undefined ? (rpo ?? null) : lag / 1000;
  const homes = view.once(homesOf);
  const databases = view
    .once(globalDatabasesOf)
    .flatMap(({ members }) => members)
    .filter(
      ({ cluster }) =>
        homes.has(cluster.stack.region) &&
        (cluster.stack.region === region || isLost(loss, copyOf(view, cluster))),
    );
  const tables = view.all('AWS::DynamoDB::GlobalTable').filter((it) => {
    return (
      region !== undefined &&
      replicaRegions(view, it).includes(region) &&
      view.text(it, 'MultiRegionConsistency') !== 'STRONG'
    );
  });
  return [
    ...databases.map(({ cluster }) => ({
      resource: cluster.key,
      seconds: bound,
      why: 'storage is replicated between Regions after the commit; an alarm rings beyond this lag',
    })),
    ...tables.map(({ key }) => ({
      resource: key,
      seconds: bound,
      why: 'items are replicated after the write; they are not lost if the Region comes back',
    })),
  ];
}

function remaining(view: View, loss: Loss, down: readonly string[]): readonly RemainingCapacity[] {
  const peak = view.intent.peakRequestsPerSecond;
  const all = capacitiesOf(view).filter(({ resource }) => !down.includes(resource.stack.region));
  const regions = new Set(all.map(({ resource }) => resource.stack.region));
  return all.flatMap(({ resource, min, zones, requestsPerSecond, weight }) => {
    if (min === undefined || requestsPerSecond === undefined) return [];
    const { region } = resource.stack;
    const gone =
      loss.kind === 'az' && loss.region === region ? Math.ceil(min / Math.max(zones, 1)) : 0;
    const needs =
      peak === undefined ? null : Math.round((peak * weight) / Math.max(regions.size, 1));
    return [
      {
        resource: resource.key,
        region,
        carries: Math.round((min - gone) * requestsPerSecond),
        needs,
      },
    ];
  });
}

function controlPlaneSteps(loss: Loss): readonly string[] {
  if (loss.kind !== 'control-plane') return [];
  const region = CONTROL_PLANES[loss.service] ?? 'us-east-1';
  return [
    `deploy nothing that changes ${loss.service} (its control plane stands in ${region}); health checks, switches and running servers need none of it`,
  ];
}
