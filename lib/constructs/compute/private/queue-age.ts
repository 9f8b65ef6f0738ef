/** How long the oldest message of a queue waits, in seconds. */
export function queueAge(queue: string) {
  return {
    namespace: 'AWS/SQS',
    metricName: 'ApproximateAgeOfOldestMessage',
    statistic: 'Maximum',
    dimensions: [{ name: 'QueueName', value: queue }],
  };
}
