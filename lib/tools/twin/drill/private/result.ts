import { probeTimeoutMs } from '../../health';
import type {
  CarriedOn,
  CarryOnDrill,
  CarryOnResult,
  Expectation,
  FailoverDrill,
  FailoverResult,
  LoadFigures,
  Observed,
  ReadErrors,
  Returned,
} from '../model';
import { isBack } from './bring-back';
import type { Scene } from './scene';
import type { Clocks } from './timeline';
import type { Outage } from './reads';
import { asConfigured, partsOf, steeredAsConfigured } from './timeline';
import type { World } from './world';
import { expectationsOf } from './what-if';
import { leaseOf } from './world';

const STEP_MS = 250;
/** Number of the record type `A`. */
const TYPE_A = 1;

/** Lifetime of the answers that users near a Region get, as configured, in milliseconds. */
export function ttlMs({ parts, origin, regions }: World, region: string): number {
  const viewer = regions.find(({ name }) => name === region)?.viewer ?? '';
  const question = { name: origin.host, type: TYPE_A };
  return (parts.steering.server.answer(question, viewer).records[0]?.ttl ?? 0) * 1000;
}

/** The clocks of the templates, and those of this twin. */
export function clocksOf(world: World, hit: string, drill: FailoverDrill): Clocks {
  const { parts } = world;
  const { timeScale } = parts;
  const region = parts.regions.find(({ plan }) => plan.name === hit);
  const frozen = drill.fault === 'freeze';
  return {
    ...{ timeScale, decideSeconds: drill.recovery.decideSeconds, ttlMs: ttlMs(world, hit) },
    leaseMs: { configured: region?.plan.configuredLeaseMs ?? 0, running: leaseOf(world) },
    probeTimeoutMs: {
      configured: frozen ? probeTimeoutMs(1) : 0,
      running: frozen ? probeTimeoutMs(timeScale) : 0,
    },
  };
}

/** Judges what was seen of a failover, and puts it down. */
export function failoverResult(
  of: Scene<FailoverDrill>,
  load: LoadFigures,
  seen: Omit<Observed, 'load' | 'rto'>,
  returned?: Returned,
): FailoverResult {
  const { drill, world, hit, timeline } = of;
  const marks = timeline.complete(performance.now());
  const rto = partsOf(marks);
  const clocks = clocksOf(world, hit, drill);
  const observed: Observed = { ...seen, load, rto };
  const complete = timeline.at('back') !== undefined && timeline.at('detected') !== undefined;
  const expectations = [
    ...expectationsOf(drill, of.options.whatIf).map(({ what, judge }) => ({
      ...{ what, ...judge(observed) },
    })),
    {
      what: 'every step comes about in its time',
      passed: complete,
      observed: complete ? 'all did' : 'see the events of the kinds missing and refused',
    },
    ...(returned === undefined ? [] : [isBack(returned, hit)]),
  ];
  const outages = of.reads.errors(marks.fault, of.load.stoppedAt);
  return {
    ...common(of, { load, expectations, writer: seen.home.after, fault: marks.fault }),
    flow: 'failover',
    ...(returned === undefined ? {} : { returned }),
    ...{ rto, rtoAsConfigured: asConfigured(rto, clocks), rpo: seen.rpo, fence: seen.fence },
    errors: of.load.errors(marks.fault, marks.back, of.load.stoppedAt),
    reads: readErrors(outages, (outMs) => steeredAsConfigured(outMs, rto, clocks)),
  };
}

/** Judges what was seen while nobody decided anything. */
export function carryOnResult(
  of: Scene<CarryOnDrill>,
  { marks, ...observed }: CarriedOn & { readonly marks: { readonly fault: number } },
): CarryOnResult {
  const expectations = of.drill.expectations.map(({ what, judge }) => ({
    ...{ what, ...judge(observed) },
  }));
  const { load, rpo, errors, reads, measured, home } = observed;
  const healed = of.timeline.at('detected') !== undefined;
  const marksOfAll = of.timeline.complete(performance.now(), 'needless');
  return {
    ...common(of, { load, expectations, writer: home.after, fault: marks.fault }),
    flow: 'carry-on',
    ...(healed && { rto: partsOf(marksOfAll) }),
    ...{ measured, rpo, errors, reads },
  };
}

interface Common {
  readonly load: LoadFigures;
  readonly expectations: readonly Expectation[];
  readonly writer: string;
  readonly fault: number;
}

function common(of: Scene, { load, expectations, writer, fault }: Common) {
  return {
    schemaVersion: 1 as const,
    name: of.drill.name,
    ...(of.options.whatIf !== undefined && { whatIf: of.options.whatIf }),
    passed: expectations.every(({ passed }) => passed),
    expectations,
    regions: { hit: of.struck, writer },
    timeScale: of.world.parts.timeScale,
    load: {
      ...load,
      offeredPerSecond: round(load.offeredPerSecond),
      acknowledgedPerSecond: round(load.acknowledgedPerSecond),
    },
    events: of.timeline.events,
    series: of.load.series(STEP_MS, of.load.stoppedAt),
    faultAt: Math.round(fault - of.load.startedAt),
  };
}

/** @param configured what an outage of so many milliseconds is with the times of the templates */
export function readErrors(
  outages: Readonly<Record<string, Outage>>,
  configured: (outMs: number) => number,
): Readonly<Record<string, ReadErrors>> {
  const entries = Object.entries(outages).map(([region, { failed, outMs }]) => {
    const outAsConfiguredMs = outMs === 0 ? 0 : configured(outMs);
    return [region, { failed, outMs, outAsConfiguredMs }] as const;
  });
  return Object.fromEntries(entries);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
