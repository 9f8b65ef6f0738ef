import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Protection } from '../../config';
import { lifecycleOf } from '../lifecycle';

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
    const { removalPolicy, empty } = lifecycleOf(props.protection);
    super(scope, id, {
      bucketName: props.bucketName,
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(90),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy,
      autoDeleteObjects: empty,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
        actions: ['s3:GetObject'],
        resources: [this.arnForObjects('*')],
        conditions: {
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${props.account}:distribution/*` },
        },
      }),
    );
  }
}
