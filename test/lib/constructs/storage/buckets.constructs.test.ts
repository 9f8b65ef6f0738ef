import { Match } from 'aws-cdk-lib/assertions';
import { SiteBucket, SwitchBucket } from '../../../../lib/constructs/storage';
import { only, templateOf } from '../../../support/stack';

const DENY_PLAIN_HTTP = Match.objectLike({
  Effect: 'Deny',
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

describe('SiteBucket', () => {
  const bucket = (protection: 'production' | 'ephemeral') =>
    templateOf((stack) => {
      new SiteBucket(stack, 'Site', { bucketName: 'a-site', account: '123456789012', protection });
    });

  test('is private, versioned and encrypted', () => {
    expect(only(bucket('production'), 'AWS::S3::Bucket')).toMatchObject({
      BucketName: 'a-site',
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test("is read by the account's distributions alone, over TLS alone", () => {
    bucket('production').hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          DENY_PLAIN_HTTP,
          Match.objectLike({
            Effect: 'Allow',
            Action: 's3:GetObject',
            Principal: { Service: 'cloudfront.amazonaws.com' },
            Condition: {
              ArnLike: { 'aws:SourceArn': 'arn:aws:cloudfront::123456789012:distribution/*' },
            },
          }),
        ],
      },
    });
  });

  test('is retained in production, and emptied and deleted where ephemeral', () => {
    bucket('production').hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    bucket('production').resourceCountIs('Custom::S3AutoDeleteObjects', 0);
    bucket('ephemeral').hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    bucket('ephemeral').resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  });
});

describe('SwitchBucket', () => {
  const template = templateOf((stack) => {
    new SwitchBucket(stack, 'Switch', { bucketName: 'a-switch', protection: 'production' });
  });

  test('lets anybody read switches, and nothing but switches', () => {
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: [
          DENY_PLAIN_HTTP,
          {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: 's3:GetObject',
            Resource: {
              'Fn::Join': ['', [{ 'Fn::GetAtt': [Match.anyValue(), 'Arn'] }, '/drained/*']],
            },
          },
        ],
      },
    });
  });

  test('keeps access lists blocked', () => {
    expect(only(template, 'AWS::S3::Bucket')).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, IgnorePublicAcls: true },
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  test('is retained in production', () => {
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
  });
});
