import { probeTimeoutMs } from '../../health';
import type { Drill, DrillResult, LoadFigures, Observed, ReadErrors, Rto } from '../model';
import type { Surroundings } from './run-drill';
import type { Clocks, Timeline } from './timeline';
import type { Outage } from './reads';
import { asConfigured, partsOf, steeredAsConfigured } from './timeline';
import type { World } from './world';
import { leaseOf } from './world';

const STEP_MS = 250;
/** Number of the record type `A`. */
const TYPE_A = 1;

/** The clocks of the templates, and those of this twin. */
export function clocksOf(world: World, hit: string, drill: Drill): Clocks {
  const { parts, origin, regions } = world;
  const { timeScale } = parts;
  const viewer = regions.find(({ name }) => name === hit)?.viewer ?? '';
  const question = { name: origin.host, type: TYPE_A };
  const ttl = parts.steering.server.answer(question, viewer).records[0]?.ttl ?? 0;
  const region = parts.regions.find(({ plan }) => plan.name === hit);
  const frozen = drill.fault === 'freeze';
  return {
    ...{ timeScale, decideSeconds: drill.recovery.decideSeconds, ttlMs: ttl * 1000 },
    leaseMs: { configured: region?.plan.configuredLeaseMs ?? 0, running: leaseOf(world) },
    probeTimeoutMs: {
      configured: frozen ? probeTimeoutMs(1) : 0,
      running: frozen ? probeTimeoutMs(timeScale) : 0,
    },
  };
}

/** Judges what was seen, and puts it down. */
export function result(
  of: Surroundings,
  timeline: Timeline,
  load: LoadFigures,
  seen: Omit<Observed, 'load' | 'rto'>,
): DrillResult {
  const { drill, world, hit } = of;
  const end = performance.now();
  const marks = timeline.complete(end);
  const rto = partsOf(marks);
  const clocks = clocksOf(world, hit, drill);
  const observed: Observed = { ...seen, load, rto };
  const complete = timeline.at('back') !== undefined && timeline.at('detected') !== undefined;
  const expectations = [
    ...drill.expectations.map(({ what, judge }) => ({ what, ...judge(observed) })),
    {
      what: 'every step comes about in its time',
      passed: complete,
      observed: complete ? 'all did' : 'see the events of the kinds missing and refused',
    },
  ];
  return {
    schemaVersion: 1,
    name: drill.name,
    passed: expectations.every(({ passed }) => passed),
    expectations,
    regions: { hit, writer: seen.home.after },
    timeScale: world.parts.timeScale,
    load: {
      ...load,
      offeredPerSecond: round(load.offeredPerSecond),
      acknowledgedPerSecond: round(load.acknowledgedPerSecond),
    },
    rto,
    rtoAsConfigured: asConfigured(rto, clocks),
    ...{ rpo: seen.rpo, fence: seen.fence },
    errors: of.load.errors(marks.fault, marks.back, of.load.stoppedAt),
    reads: readErrors(of.reads.errors(marks.fault, of.load.stoppedAt), rto, clocks),
    events: timeline.events,
    series: of.load.series(STEP_MS, of.load.stoppedAt),
    faultAt: Math.round(marks.fault - of.load.startedAt),
  };
}

function readErrors(
  outages: Readonly<Record<string, Outage>>,
  rto: Rto,
  clocks: Clocks,
): Readonly<Record<string, ReadErrors>> {
  const entries = Object.entries(outages).map(([region, { failed, outMs }]) => {
    const outAsConfiguredMs = outMs === 0 ? 0 : steeredAsConfigured(outMs, rto, clocks);
    return [region, { failed, outMs, outAsConfiguredMs }] as const;
  });
  return Object.fromEntries(entries);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
