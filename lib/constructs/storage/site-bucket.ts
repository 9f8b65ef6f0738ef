import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Protection } from '../../config';
import { admitDistributions, versionedBucket } from './private/versioned-bucket';

export interface SiteBucketProps {
  /** Computed name, unique among all accounts. */
  readonly bucketName: string;
  /** Account whose distributions may read. */
  readonly account: string;
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/**
 * A Region's copy of the static site. Private: only distributions of this account read it, by origin
 * access control. The id of the distribution is generated in another Region, so the policy admits the
 * account's distributions by pattern. Encrypted with S3's own key: what is in it is public anyway, and
 * a KMS key would make the edge depend on one more service in each Region.
 *
 * @stateful versioned; versions that were replaced are kept for 90 days
 */
export class SiteBucket extends Bucket {
  public constructor(scope: Construct, id: string, props: SiteBucketProps) {
    super(scope, id, versionedBucket(props.bucketName, props.protection));
    admitDistributions(this, props.account, '*');
  }
}
