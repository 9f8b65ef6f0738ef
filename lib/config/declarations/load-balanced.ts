import { defineDeployment } from '../declaration';

/** One Region: a load balancer over three zones, a writer and a reader, born to grow. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'load-balanced',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'eu-central-1': {} },
  demand: { users: 100_000 },
  review: {
    acknowledge: [
      {
        rule: 'policy-admits-anybody',
        resource: 'Foundation-*/SwitchPolicy*',
        reason:
          'health checkers read the traffic switches without credentials; anybody can see which Region is drained, nothing else',
        expires: '2027-11-30',
      },
      {
        rule: 'security-baseline',
        resource: 'Foundation-*/Switch*',
        reason:
          'the same: only reads of drained/* are public, and the policy of the bucket can be changed by its owner alone',
        expires: '2027-11-30',
      },
    ],
  },
});
