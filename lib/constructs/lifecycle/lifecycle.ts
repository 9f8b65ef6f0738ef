import { RemovalPolicy } from 'aws-cdk-lib';
import type { Protection } from '../../config';

/** What a declaration's `protection` means for one resource that holds data. */
export interface Lifecycle {
  /** What CloudFormation does when the resource leaves the template or its stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
  /** Whether the service itself refuses to delete the resource. */
  readonly deletionProtection: boolean;
  /** Whether a bucket is emptied so that it can be deleted. */
  readonly empty: boolean;
}

/** `production` retains and refuses; `ephemeral` leaves nothing behind. */
export function lifecycleOf(protection: Protection): Lifecycle {
  const keep = protection === 'production';
  return {
    removalPolicy: keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    deletionProtection: keep,
    empty: !keep,
  };
}
