import { defineDeployment } from '../declaration';
import { PUBLIC_SWITCHES } from './private/public-switches';

/** One Region whose instances get requests from HAProxy, to which a network load balancer hands connections. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'load-balanced',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'eu-central-1': {} },
  demand: { users: 100_000 },
  services: {
    api: {
      loadBalancing: { kind: 'software', algorithm: 'fastest-response' },
      compute: {
        ec2: {
          alternatives: ['m7g.large'],
          scaling: {
            steps: [{ aboveCpuPercent: 70, addPercent: 50 }],
            schedules: { morning: { cron: '0 6 * * MON-FRI', min: 6 } },
            predictive: 'forecast-and-scale',
          },
          warmPool: { size: 2 },
        },
      },
    },
  },
  review: { acknowledge: PUBLIC_SWITCHES },
});
