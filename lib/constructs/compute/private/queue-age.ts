/** How long the oldest message of a queue waits, in seconds. */
export const QUEUE_AGE = {
  namespace: 'AWS/SQS',
  metricName: 'ApproximateAgeOfOldestMessage',
  statistic: 'Maximum',
} as const;
