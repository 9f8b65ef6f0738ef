import type { RunbookAlarm } from '../runbook-alarms';

export interface WatchedCanaries {
  /** Namespace of their metrics. */
  readonly namespace: string;
  /** What is asked, as the dimension `Target` has it. */
  readonly targets: readonly CanaryTarget[];
  /** Answers that take longer are slow, in milliseconds. */
  readonly slowMilliseconds: number;
}

/** The same words in every Region, whatever they stand for there. */
export type CanaryTarget = 'own-region' | 'next-region' | 'global-name';

const CALLED: Readonly<Record<CanaryTarget, string>> = {
  'own-region': 'the name of the Region itself',
  'next-region': 'the name of the next Region',
  'global-name': 'the name of the product',
};

/**
 * Of what canaries are answered. One that is silent says nothing about what it asks: it is unknown, and
 * the topic is told; a canary never makes anything well by failing itself.
 */
export function canaryAlarms(watched: WatchedCanaries): readonly RunbookAlarm[] {
  const { namespace, targets, slowMilliseconds } = watched;
  return targets.flatMap((target): readonly RunbookAlarm[] => {
    const dimensions = { Target: target };
    return [
      {
        entry: 'canary-fails',
        subject: target,
        says: `Under ${CALLED[target]} canaries of this Region get no good answer.`,
        metric: { namespace, name: 'Good', dimensions, statistic: 'Minimum' },
        ...{ is: 'below', threshold: 1, minutes: 3, silence: 'unknown' },
      },
      {
        entry: 'canary-slow',
        subject: target,
        says: `Under ${CALLED[target]} an answer takes this Region more than ${slowMilliseconds} ms.`,
        metric: { namespace, name: 'Latency', dimensions, statistic: 'Maximum' },
        ...{ is: 'above', threshold: slowMilliseconds, minutes: 5, silence: 'unknown' },
      },
    ];
  });
}
