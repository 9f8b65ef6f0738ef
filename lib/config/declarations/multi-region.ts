import { defineDeployment } from '../declaration';

/** The reference: three Regions on three continents, one of them born first. */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'multi-region',
  account: '123456789012',
  domainName: 'example.com',
  regions: {
    'eu-central-1': {},
    'us-east-2': {},
    'ap-northeast-1': {},
  },
  demand: { users: 10_000_000 },
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
