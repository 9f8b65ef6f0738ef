import type { ZonedProcess } from '../../gateway';
import { identify, treeOf } from '../../processes';
import type { Fault } from './faults';
import { processFault } from './faults';
import type { Kept } from './kept';
import { keptOf, rejoin } from './kept';
import { DrillRefused } from './refused';
import type { World } from './world';

/** @throws DrillRefused where zones are not told apart */
export function zonesOf(world: World, name: string): Kept {
  const databases = world.parts.regions.find(({ plan }) => plan.name === name)?.databases ?? [];
  if (!databases.some(({ zoned }) => zoned !== undefined)) {
    throw new DrillRefused(
      `${name} does not run zone by zone`,
      'start the twin with --zones, or run `meridian drill zone-lost`',
    );
  }
  return keptOf(world, name);
}

/** Zone of the instance that writes the first of the clusters. */
export async function zoneOfWriter({ clusters: [first] }: Kept): Promise<string> {
  const view = await first?.view();
  const found = first?.instances.find(({ identifier }) => identifier === view?.writer);
  if (found === undefined) throw new DrillRefused('nobody writes', 'start the twin anew');
  return found.zone;
}

export async function processesIn({ region }: Kept): Promise<readonly ZonedProcess[]> {
  return (await region.gateway.ask('zones')) as readonly ZonedProcess[];
}

/**
 * Servers and databases of a zone stand still and refuse nobody, as machines without power; Lambda notices
 * by itself that instances of functions are gone. Nothing is started there any more.
 */
export async function zoneFault(world: World, zones: Kept, zone: string): Promise<Fault> {
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
export async function returnZone(zones: Kept, zone: string, fault: Fault): Promise<void> {
  fault.end();
  await zones.region.gateway.ask('zone-back', zone);
  await rejoin(zones, (it) => it.zone === zone);
}
