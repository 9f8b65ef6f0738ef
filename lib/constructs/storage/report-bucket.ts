import { Duration } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Protection } from '../../config';
import { versionedBucket } from './private/versioned-bucket';

export interface ReportBucketProps {
  /** Computed name, unique among all accounts, without a dot. */
  readonly bucketName: string;
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/** More than a year: a drill is compared with the last one. */
const KEPT = Duration.days(400);

/**
 * Reports of Region switch plans, one below the name of each plan. Whoever carries a plan out writes by the
 * plan's own role, so the bucket admits nobody.
 *
 * @stateful versioned: a report that is written again keeps the first for 90 days
 * @see https://docs.aws.amazon.com/r53recovery/latest/dg/security_iam_region_switch_reports.html
 */
export class ReportBucket extends Bucket {
  public constructor(scope: Construct, id: string, props: ReportBucketProps) {
    const { bucketName, protection } = props;
    const { lifecycleRules = [], ...versioned } = versionedBucket(bucketName, protection);
    super(scope, id, {
      ...versioned,
      lifecycleRules: lifecycleRules.map((rule) => ({ ...rule, expiration: KEPT })),
    });
  }
}
