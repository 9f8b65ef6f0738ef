import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, HttpMethods } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { MEDIA_PREFIX } from '../../config';
import type { Protection } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface UploadBucketProps {
  /** Computed name, unique among all accounts. */
  readonly bucketName: string;
  /** Account whose distributions may read. */
  readonly account: string;
  /** Origins whose pages may send signed forms. */
  readonly origins: readonly string[];
  /** Whether it survives its stack. */
  readonly protection: Protection;
}

/**
 * What users upload through a Region, and copies of what they upload through the others. Browsers put
 * objects by forms that the service signs; distributions of this account read them by origin access
 * control, and nobody else does. Encrypted with S3's own key, as everybody may see what is in it, and
 * copies then need no key of another Region.
 *
 * @stateful versioned, which replication demands; versions that were replaced are kept for 90 days
 */
export class UploadBucket extends Bucket {
  public constructor(scope: Construct, id: string, props: UploadBucketProps) {
    const { removalPolicy, empty } = lifecycleOf(props.protection);
    super(scope, id, {
      bucketName: props.bucketName,
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      cors: [
        {
          allowedMethods: [HttpMethods.POST],
          allowedOrigins: [...props.origins],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 7200,
        },
      ],
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
        resources: [this.arnForObjects(`${MEDIA_PREFIX}*`)],
        conditions: {
          ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${props.account}:distribution/*` },
        },
      }),
    );
  }
}
