import type { RunbookAlarm } from '../runbook-alarms';

/** Of the function that rotates credentials. */
export function rotationAlarms(functionName: string): readonly RunbookAlarm[] {
  return [
    {
      entry: 'rotation-failed',
      says: 'A rotation of credentials failed; those in use stay valid.',
      metric: {
        namespace: 'AWS/Lambda',
        name: 'Errors',
        dimensions: { FunctionName: functionName },
        statistic: 'Sum',
      },
      is: 'above',
      threshold: 0,
      minutes: 1,
      // It runs a few times a month: in between, what the last run said stands.
      silence: 'unchanged',
    },
  ];
}
