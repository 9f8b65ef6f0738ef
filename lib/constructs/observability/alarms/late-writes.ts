import type { AlarmMetric, RunbookAlarm } from '../runbook-alarms';

/** How late a write may be elsewhere, in milliseconds; usual is a second. */
const SLOWEST_MS = 5000;

/** Writes to a replicated table that come late to another Region, by its metric on each way there. */
export function lateWrites(
  { entry, subject }: Pick<RunbookAlarm, 'entry' | 'subject'>,
  metrics: Readonly<Record<string, AlarmMetric>>,
): RunbookAlarm {
  return {
    entry,
    subject,
    says: `Writes of this Region take more than ${SLOWEST_MS} ms to reach another.`,
    metric: { formula: 'MAX(METRICS())', metrics },
    is: 'above',
    threshold: SLOWEST_MS,
    minutes: 5,
    // Measured on writes alone: a quiet table proves nothing either way.
    silence: 'unchanged',
  };
}
