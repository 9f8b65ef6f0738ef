import { parseAlarmRule } from '../../assembly';
import type { AlarmRule, Assembly, AssemblyResource } from '../../assembly';
import type { WatchedAlarm, Wave } from './model';

const DEFAULT_PERIOD_SECONDS = 60;

/**
 * The stacks of an assembly as waves of one Region each: every stack comes after what the manifest
 * lets it depend on, and a Region is finished as far as it can be before the next one begins.
 *
 * @throws RangeError where stacks depend on each other in a circle
 */
export function wavesOf(assembly: Assembly): readonly Wave[] {
  const left = new Map(assembly.stacks);
  const waves: { region: string; stacks: string[] }[] = [];
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ dependencies }) =>
      dependencies.every((id) => !left.has(id)),
    );
    const wave = waves.at(-1);
    const next = ready.find(({ region }) => region === wave?.region) ?? ready[0];
    if (next === undefined) {
      throw new RangeError(
        `stacks depend on each other in a circle: ${[...left.keys()].join(', ')}`,
      );
    }
    if (wave?.region === next.region) wave.stacks.push(next.id);
    else waves.push({ region: next.region, stacks: [next.id] });
    left.delete(next.id);
  }
  return waves.map((wave, index) => ({ number: index + 1, ...wave }));
}

/** Alarms of the assembly whose names it determines: the others nobody can ask about. */
export function watchedAlarms(assembly: Assembly): readonly WatchedAlarm[] {
  const metric = alarmsOf(assembly, 'AWS::CloudWatch::Alarm');
  const heard = new Set(
    metric.filter(({ alarm }) => alarm.properties['AlarmActions'] !== undefined).map(keyOf),
  );
  const single = metric.map(({ region, name, alarm }): WatchedAlarm => ({
    ...{ region, name, seconds: secondsOf(alarm.properties), tells: 'ringing' },
  }));
  const quiet = new Set<string>();
  const composite = alarmsOf(assembly, 'AWS::CloudWatch::CompositeAlarm').map(
    ({ region, name, alarm }): WatchedAlarm => {
      const rule = ruleOf(assembly, alarm);
      const below = single.filter((it) => it.region === region && rule?.alarms.includes(it.name));
      const tells = rule?.rings(() => 'INSUFFICIENT_DATA') === true ? 'unknown' : 'ringing';
      // One that tells of silence says nothing of an alarm below it that rings.
      if (tells === 'ringing')
        for (const it of below) if (!heard.has(keyOf(it))) quiet.add(keyOf(it));
      const told = below.filter((it) => heard.has(keyOf(it)));
      return {
        ...{ region, name },
        // It follows the slowest of its parts at once; windows ring as soon as enough has gone wrong in them.
        seconds: told.length > 0 ? slowest(told) : soonest(below),
        tells,
      };
    },
  );
  // What nobody is told of is judged by the alarm over it.
  return [...single.filter((it) => !quiet.has(keyOf(it))), ...composite];
}

const keyOf = ({ region, name }: Pick<WatchedAlarm, 'region' | 'name'>): string =>
  `${region} ${name}`;

const soonest = (alarms: readonly WatchedAlarm[]): number =>
  alarms.length === 0 ? 0 : Math.min(...alarms.map(({ seconds }) => seconds));

const slowest = (alarms: readonly WatchedAlarm[]): number =>
  Math.max(0, ...alarms.map(({ seconds }) => seconds));

interface Named {
  readonly region: string;
  readonly name: string;
  readonly alarm: AssemblyResource;
}

function alarmsOf(assembly: Assembly, type: string): readonly Named[] {
  return assembly.resources({ type }).flatMap((alarm) => {
    const name = assembly.resolve(alarm.properties['AlarmName'], alarm);
    if (name.kind !== 'known' || typeof name.value !== 'string') return [];
    return [{ region: alarm.stack.region, name: name.value, alarm }];
  });
}

/** Undefined where the template does not determine it, or CloudWatch would refuse it. */
function ruleOf(assembly: Assembly, alarm: AssemblyResource): AlarmRule | undefined {
  const rule = assembly.resolve(alarm.properties['AlarmRule'], alarm);
  if (rule.kind !== 'known' || typeof rule.value !== 'string') return undefined;
  try {
    return parseAlarmRule(rule.value);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Until a metric alarm rings. */
function secondsOf(properties: AssemblyResource['properties']): number {
  const { EvaluationPeriods: periods, Period: period, Metrics: metrics } = properties;
  if (typeof periods !== 'number') return 0;
  if (typeof period === 'number') return period * periods;
  const stated = (Array.isArray(metrics) ? metrics : []).flatMap(periodOf);
  return periods * (stated.length > 0 ? Math.max(...stated) : DEFAULT_PERIOD_SECONDS);
}

function periodOf(metric: unknown): number[] {
  const { MetricStat: stat, Period: own } = metric as {
    readonly MetricStat?: { readonly Period?: unknown };
    readonly Period?: unknown;
  };
  return [stat?.Period, own].filter((it) => typeof it === 'number');
}
