import type { CarryOnDrill } from '../model';
import { attemptsBetween, shareFailed } from '../private/attempts';
import {
  carriesTheLoad,
  doublesNothing,
  expectation,
  losesNothing,
  measured,
  writerStays,
} from '../private/carried-on';
import { PATIENCE_MS } from '../private/client';
import { isLedHome } from '../private/dns-left';
import type { Scene } from '../private/scene';
import { pause } from '../private/scene';
import { copiesBack, databaseBack, INSTANCES_BACK_MS, NEVER } from '../private/promoted';
import { doneEverywhere } from '../private/there-and-back';
import type { Fault } from '../private/faults';
import type { Kept } from '../private/kept';
import { processesIn, returnZone, zoneFault, zoneOfWriter, zonesOf } from '../private/zones';

/** Load when all is over, in milliseconds. */
const AFTER_MS = 5_000;
/** Until a database is thought to be lost, promoted, and the last silent connection is given up. */
const WRITES_BACK_MS = 15_000;
/** Between two looks, in milliseconds. */
const LOOK_MS = 100;
/** What processes that share this machine take beyond all configured times, in milliseconds. */
const MACHINERY_MS = 8_000;
/**
 * A zone of the Region that writes loses its power: a server, instances of functions, and the database
 * instance that writes. Its copy in another zone takes over by itself, and the load balancer takes the
 * zone's targets out by its health check; the Region goes on, and no other one takes over.
 */
export const zoneLost: CarryOnDrill = {
  flow: 'carry-on',
  name: 'zone-lost',
  returns: true,
  summary:
    'a zone of the Region that writes is gone, its database instance with it, and the Region goes on',
  setup: { replicationDelayMs: 50, zones: true },
  load: { writesPerSecond: 20, shareOfHome: 0.6 },
  act: async (scene) => {
    const { world, hit, timeline } = scene;
    const zones = zonesOf(world, hit);
    const zone = await zoneOfWriter(zones);
    const fault = scene.arm(await zoneFault(world, zones, zone));
    const before = await inZone(zones, zone);
    fault.strike();
    const struck = performance.now();
    timeline.mark(
      'fault',
      `${zone} is silent: ${before.healthy} server and the database that writes`,
    );
    const database = await databaseBack(scene, zones, struck);
    const targets = targetsOut(scene, { zones, zone, struck, wanted: before.wanted });
    const first = (region: string) => scene.load.firstAcknowledged(region, database.ledAt);
    const back = await doneEverywhere(scene, first, 'some users do not write again');
    timeline.mark('back', 'users of every Region write again', back);
    const { targetsOutMs, replacedMs } = await targets;
    // Whoever asked before then may wait for as long.
    await pause(PATIENCE_MS);
    const calm = performance.now();
    await pause(AFTER_MS);
    const now = performance.now();
    const zoneBackMs = await zoneBack(scene, zones, { zone, fault });
    const names = world.regions.map(({ name }) => name);
    return {
      ...{ targetsBefore: before.healthy, targetsOutMs, replacedMs, ...database.measured },
      ...(zoneBackMs !== undefined && { zoneBackMs }),
      writesBackMs: Math.round(back - struck),
      shareFailedAfter: shareFailed(attemptsBetween(scene, names, calm, now)),
      detectionOfTargetsMs: detectionOfTargets(zones, world.parts.timeScale),
      regionsLeftByDns: world.regions.filter(({ name }) => !isLedHome(world, name)).length,
    };
  },
  expectations: [
    carriesTheLoad,
    losesNothing,
    doublesNothing,
    writerStays,
    measured('the fault is real: a target of the load balancer stood there', 'targetsBefore', {
      least: 1,
    }),
    measured(
      'and the database instance that wrote: another one is promoted by itself',
      'promoteMs',
      {
        least: 0,
      },
    ),
    expectation(
      'users of every Region write again within 15 s: nobody decided anything',
      ({ measured: { writesBackMs = NaN } }) => [
        writesBackMs <= WRITES_BACK_MS,
        `${writesBackMs} ms`,
      ],
    ),
    expectation(
      'the load balancer takes the zone’s targets out within its configured detection and 8 s',
      ({ measured: { targetsOutMs = NaN, detectionOfTargetsMs = NaN } }) => [
        targetsOutMs >= 0 && targetsOutMs <= detectionOfTargetsMs + MACHINERY_MS,
        `${targetsOutMs} ms, ${detectionOfTargetsMs} ms configured`,
      ],
    ),
    expectation(
      'reads go on from the other zones: nobody is without them for longer than that and a patience',
      ({ reads, measured: { detectionOfTargetsMs = NaN } }) => {
        const longest = Math.max(...Object.values(reads).map(({ outMs }) => outMs));
        return [longest <= detectionOfTargetsMs + PATIENCE_MS + MACHINERY_MS, `${longest} ms`];
      },
    ),
    measured('others take their place in a zone that is left', 'replacedMs', { least: 0 }),
    // Of about a hundred: servers that have just started are slow at first on a busy machine.
    measured('one patience of clients later at most 5 % of the attempts fail', 'shareFailedAfter', {
      most: 0.05,
    }),
    expectation(
      'with --return the zone is back within 30 s: its database instance follows, and commits wait for it',
      ({ measured: { zoneBackMs } }) =>
        zoneBackMs === undefined
          ? [true, 'not asked for']
          : [zoneBackMs >= 0 && zoneBackMs <= INSTANCES_BACK_MS, `${zoneBackMs} ms`],
    ),
    measured('DNS sends users to every Region in the end', 'regionsLeftByDns', { most: 0 }),
  ],
};

/** How long it takes until a lost zone confirms commits again; undefined where nobody asked for it. */
async function zoneBack(
  scene: Scene,
  zones: Kept,
  { zone, fault }: { readonly zone: string; readonly fault: Fault },
): Promise<number | undefined> {
  if (scene.options.bringBack !== true) return undefined;
  return copiesBack(scene, zones, {
    what: `the database instance of ${zone}`,
    bring: () => returnZone(zones, zone, fault),
  });
}

interface Watched {
  readonly zones: Kept;
  readonly zone: string;
  readonly struck: number;
  /** Healthy servers of the Region before. */
  readonly wanted: number;
}

/** Until no target of the zone gets requests, and until there are as many elsewhere as before in all. */
async function targetsOut(
  scene: Scene,
  { zones, zone, struck, wanted }: Watched,
): Promise<Readonly<Record<'targetsOutMs' | 'replacedMs', number>>> {
  const took = async (what: string, condition: () => Promise<boolean>) => {
    const seen = await scene.until(detectionOfTargets(zones, 1), async () => {
      await pause(LOOK_MS);
      return condition();
    });
    scene.timeline.say(seen ? 'targets' : 'missing', what);
    return seen ? Math.round(performance.now() - struck) : NEVER;
  };
  const targetsOutMs = await took(
    `the load balancer sends nothing to ${zone} any more`,
    async () => (await inZone(zones, zone)).healthy === 0,
  );
  const replacedMs = await took('as many servers as before, in zones that are left', async () => {
    const { healthy, elsewhere } = await inZone(zones, zone);
    return healthy === 0 && elsewhere >= wanted;
  });
  return { targetsOutMs, replacedMs };
}

/** Healthy servers in a zone, in the others, and in all. */
async function inZone(zones: Kept, zone: string) {
  const servers = (await processesIn(zones)).filter((it) => it.kind === 'server' && it.healthy);
  const healthy = servers.filter((it) => it.zone === zone).length;
  return { healthy, elsewhere: servers.length - healthy, wanted: servers.length };
}

/** Longest time that target groups take for an unhealthy target, in milliseconds of this clock. */
function detectionOfTargets({ region }: Kept, timeScale: number): number {
  const seconds = Object.values(region.plan.balancer.targetGroups).map((group) => {
    if (group.kind !== 'servers') return 0;
    const { intervalSeconds, timeoutSeconds, unhealthyThreshold } = group.healthCheck;
    return intervalSeconds * unhealthyThreshold + timeoutSeconds;
  });
  return Math.round((Math.max(0, ...seconds) * 1_000) / timeScale);
}
