import type { ReviewDeclaration } from '../../declaration';

/** What the review says of the traffic switches, which every reference behind a load balancer has. */
export const PUBLIC_SWITCHES: NonNullable<ReviewDeclaration['acknowledge']> = [
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
];
