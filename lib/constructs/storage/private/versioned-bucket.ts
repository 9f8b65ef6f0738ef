import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Bucket, BucketProps } from 'aws-cdk-lib/aws-s3';
import { BlockPublicAccess, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Protection } from '../../../config';
import { lifecycleOf } from '../../lifecycle';

/** A private bucket whose versions that were replaced are kept for 90 days, encrypted with S3's own key. */
export function versionedBucket(bucketName: string, protection: Protection): BucketProps {
  const { removalPolicy, empty } = lifecycleOf(protection);
  return {
    bucketName,
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
  };
}

/** Lets the account's distributions, whose ids other Regions generate, read objects by a pattern. */
export function admitDistributions(bucket: Bucket, account: string, objects: string): void {
  bucket.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudfront.amazonaws.com')],
      actions: ['s3:GetObject'],
      resources: [bucket.arnForObjects(objects)],
      conditions: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` } },
    }),
  );
}
