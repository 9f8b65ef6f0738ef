import type { CompositeAlarm } from '../composite-alarms';
import type { Signal } from '../signals';
import type { RunbookAlarm } from '../runbook-alarms';
import { alarmName } from '../runbook-alarms';

/** What tells of a Region, by independent means: entries of its alarms. */
const SIGNALS: readonly (readonly string[])[] = [
  // What users get, as the load balancer counts it.
  ['load-balancer-errors', 'slow-answers'],
  // Who answers: asked by the load balancer, and counted by ECS, Auto Scaling and Lambda.
  ['unhealthy-targets', 'too-few-servers', 'function-errors', 'function-throttles'],
];

/** Entries of the alarms on a Region as a whole. */
export const REGION_ALARMS = ['region-impaired', 'region-unknown'] as const;

/**
 * Whether a whole Region is impaired, out of what its own alarms say. No single one of them decides.
 *
 * @param alarms those of the Region
 */
export function impairmentAlarms(
  prefix: string,
  alarms: readonly RunbookAlarm[],
): readonly CompositeAlarm[] {
  const signals = SIGNALS.map((entries): Signal => ({
    alarms: alarms
      .filter(({ entry }) => entries.includes(entry))
      .map((alarm) => alarmName(prefix, alarm)),
  })).filter((signal) => signal.alarms.length > 0);
  if (signals.length < 2) return [];
  return [
    {
      entry: REGION_ALARMS[0],
      says: 'This Region does not serve as it should: independent signals say so.',
      when: 'corroborated',
      signals,
    },
    {
      entry: REGION_ALARMS[1],
      says: 'Nobody knows whether this Region serves: what would tell is silent.',
      when: 'unknown',
      signals,
    },
  ];
}

/** Of all Regions together, out of the alarms that say of each whether DNS leads users there. */
export function globalAlarms(
  prefix: string,
  regions: readonly RunbookAlarm[],
): readonly CompositeAlarm[] {
  const signals = regions.map((alarm): Signal => ({ alarms: [alarmName(prefix, alarm)] }));
  const several: CompositeAlarm = {
    entry: 'several-regions-out',
    says: 'More than one Region serves nobody, and what is left was planned for the loss of one.',
    when: 'corroborated',
    signals,
  };
  const none: CompositeAlarm = {
    entry: 'no-region-serves',
    says: 'No Region is known to serve anybody.',
    when: 'all',
    signals,
  };
  const unknown: CompositeAlarm = {
    entry: 'regions-unknown',
    says: 'Nobody knows of some Region whether it serves: what would tell is silent.',
    when: 'unknown',
    signals,
  };
  return [
    // Of two Regions, two are all of them.
    ...(regions.length > 2 ? [several] : []),
    // Of one, its own alarm says it.
    ...(regions.length > 1 ? [none] : []),
    unknown,
  ];
}
