import type { ClusterEvent, ClusterView } from '../../cluster';
import type { ZonedProcess } from '../../gateway';
import { identify, treeOf } from '../../processes';
import type { RunningRegion, ZonedInstance, ZonedInstances } from '../../run';
import type { Fault } from './faults';
import { processFault } from './faults';
import { DrillRefused } from './refused';
import type { World } from './world';

/** A Region that runs zone by zone. */
export interface Zones {
  readonly region: RunningRegion;
  /** The clusters that are written here. */
  readonly clusters: readonly ZonedInstances[];
}

/** @throws DrillRefused where zones are not told apart */
export function zonesOf({ parts }: World, name: string): Zones {
  const region = parts.regions.find(({ plan }) => plan.name === name);
  const clusters = region?.databases.flatMap(({ zoned }) => zoned ?? []) ?? [];
  if (region === undefined || clusters.length === 0) {
    throw new DrillRefused(
      `${name} does not run zone by zone`,
      'start the twin with --zones, or run `meridian drill zone-lost`',
    );
  }
  return { region, clusters };
}

/** Zone of the instance that writes the first of the clusters. */
export async function zoneOfWriter({ clusters: [first] }: Zones): Promise<string> {
  const view = await first?.view();
  const found = first?.instances.find(({ identifier }) => identifier === view?.writer);
  if (found === undefined) throw new DrillRefused('nobody writes', 'start the twin anew');
  return found.zone;
}

export async function processesIn({ region }: Zones): Promise<readonly ZonedProcess[]> {
  return (await region.gateway.ask('zones')) as readonly ZonedProcess[];
}

/**
 * Servers and databases of a zone stand still and refuse nobody, as machines without power; Lambda notices
 * by itself that instances of functions are gone. Nothing is started there any more.
 */
export async function zoneFault(world: World, zones: Zones, zone: string): Promise<Fault> {
  const { region, clusters } = zones;
  const servers = (await processesIn(zones))
    .filter((it) => it.zone === zone && it.kind === 'server')
    .flatMap(({ pid }) => identify(pid) ?? []);
  const databases = clusters
    .flatMap(({ instances }) => instances)
    .filter((it) => it.zone === zone)
    .flatMap((it) => it.processes());
  const silent = await processFault(world, 'freeze', () => treeOf([...servers, ...databases]));
  return {
    strike: () => {
      silent.strike();
      void region.gateway.ask('zone-lost', zone).catch(() => undefined);
    },
    end: () => {
      silent.end();
    },
  };
}

/**
 * The zone has its power again: what stood still there goes on, its database instances follow the writer, and
 * whatever is started may be started there. Resolves once every commit waits for a copy in another zone.
 *
 * @param fault that took the power
 */
export async function returnZone(zones: Zones, zone: string, fault: Fault): Promise<void> {
  fault.end();
  await zones.region.gateway.ask('zone-back', zone);
  await rejoin(zones, (it) => it.zone === zone);
}

/** The instances of these names are made anew behind those that write. */
export function returnInstances(zones: Zones, names: readonly string[]): Promise<void> {
  return rejoin(zones, ({ identifier }) => names.includes(identifier));
}

async function rejoin(
  { region, clusters }: Zones,
  which: (instance: ZonedInstance) => boolean,
): Promise<void> {
  const back = clusters.map(async ({ instances, view }) => {
    const { writer } = await view();
    const leads = instances.find(({ identifier }) => identifier === writer);
    if (leads === undefined) throw new Error(`nobody writes in ${region.plan.name}`);
    for (const it of instances) if (which(it) && it !== leads) await it.rejoin(leads);
  });
  await Promise.all(back);
}

/** Names of the instances that write, one of each cluster. */
export async function writersOf({ clusters }: Zones): Promise<readonly string[]> {
  const views = await Promise.all(clusters.map((it) => it.view()));
  return views.map(({ writer }) => writer);
}

/** The instances that write are killed: whoever connects is refused. */
export async function writerFault(world: World, zones: Zones): Promise<Fault> {
  const names = await writersOf(zones);
  const writers = zones.clusters
    .flatMap(({ instances }) => instances)
    .filter(({ identifier }) => names.includes(identifier));
  const roots = writers.flatMap((it) => it.processes());
  return processFault(world, 'kill', () => treeOf(roots));
}

/** Whether an acknowledged write of every cluster is in two zones. */
export async function areInTwoZones({ clusters }: Zones): Promise<boolean> {
  const views = await Promise.all(clusters.map((it) => it.view()));
  return views.every(({ synchronous }) => synchronous);
}

/** What became of a cluster, on this process's monotonic clock; undefined where it has not. */
export type Found = (kind: ClusterEvent['kind']) => number | undefined;

/** The last of all clusters' events of a kind since the fault; undefined while one of them lacks it. */
export async function since({ clusters }: Zones, fault: number): Promise<Found> {
  const views = await Promise.all(clusters.map((it) => it.view()));
  const epoch = performance.timeOrigin;
  return (kind) => {
    const firsts = views.map(({ events }: ClusterView) => {
      const found = events.find((it) => it.kind === kind && it.at - epoch >= fault);
      return found === undefined ? Infinity : found.at - epoch;
    });
    const last = Math.max(...firsts);
    return Number.isFinite(last) ? last : undefined;
  };
}
