import { Match } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BucketReplication, UploadBucket } from '../../../../lib/constructs/storage';
import { directoryOf, only, templateOf } from '../../../support/stack';

const account = '123456789012';
const bucketOf = (protection: 'production' | 'ephemeral') =>
  templateOf((stack) => {
    new UploadBucket(stack, 'Uploads', {
      ...{ bucketName: 'eu-uploads', account, protection },
      origins: ['https://example.com'],
    });
  });
const bucket = bucketOf('production');

test('with minimal properties the bucket is closed, encrypted, versioned, and takes forms of the site', () => {
  expect(only(bucket, 'AWS::S3::Bucket')).toMatchObject({
    BucketName: 'eu-uploads',
    PublicAccessBlockConfiguration: {
      ...{ BlockPublicAcls: true, BlockPublicPolicy: true },
      ...{ IgnorePublicAcls: true, RestrictPublicBuckets: true },
    },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
      ],
    },
    VersioningConfiguration: { Status: 'Enabled' },
    CorsConfiguration: {
      CorsRules: [{ AllowedMethods: ['POST'], AllowedOrigins: ['https://example.com'] }],
    },
    LifecycleConfiguration: {
      Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
    },
  });
  bucket.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
});

test('the CDN alone reads, below media/ alone, and nobody without TLS', () => {
  bucket.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: 'Deny',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
        Match.objectLike({
          Action: 's3:GetObject',
          Principal: { Service: 'cloudfront.amazonaws.com' },
          Resource: { 'Fn::Join': ['', Match.arrayWith(['/media/*'])] },
          Condition: {
            ArnLike: { 'aws:SourceArn': `arn:aws:cloudfront::${account}:distribution/*` },
          },
        }),
      ]),
    },
  });
});

test('an ephemeral one goes with what is in it', () => {
  bucketOf('ephemeral').hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
});

describe('replication', () => {
  const template = templateOf((stack) => {
    new BucketReplication(stack, 'Replication', {
      ...{ bucketName: 'eu-uploads', account, destinations: ['us-uploads', 'ap-uploads'] },
      handler: directoryOf({ 'index.mjs': 'export const handler = () => {};' }),
    });
  });

  test('names the bucket, its role and where copies go', () => {
    expect(only(template, 'Custom::MeridianReplication')).toMatchObject({
      ...{ Bucket: 'eu-uploads', Destinations: ['us-uploads', 'ap-uploads'] },
    });
  });

  test('S3 may copy for that bucket only, and the function may say so only there', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Principal: { Service: 's3.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': account },
              ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::eu-uploads' },
            },
          },
        ],
      },
    });
    const resources = (action: string) =>
      Object.values(template.findResources('AWS::IAM::Policy'))
        .flatMap(({ Properties }) => (Properties as Policy).PolicyDocument.Statement)
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource);
    expect(resources('s3:ReplicateDelete')).toEqual([
      ...['arn:aws:s3:::ap-uploads/*', 'arn:aws:s3:::us-uploads/*'],
    ]);
    expect(resources('s3:PutReplicationConfiguration')).toEqual(['arn:aws:s3:::eu-uploads']);
  });
});

describe('with keys of each Region', () => {
  const destinationRegions = ['us-east-2', 'ap-northeast-1'] as const;
  const copied = templateOf((stack) => {
    new BucketReplication(stack, 'Replication', {
      ...{ bucketName: 'eu-uploads', account, destinations: ['us-uploads', 'ap-uploads'] },
      keys: { aliasName: 'alias/data', region: 'eu-central-1', destinationRegions },
      handler: directoryOf({ 'index.mjs': 'export const handler = () => {};' }),
    });
  });

  test('with every property the bucket is encrypted with the key that it is given, by a key of the bucket', () => {
    const template = templateOf((stack) => {
      new UploadBucket(stack, 'Uploads', {
        ...{ bucketName: 'eu-uploads', account, protection: 'production', origins: [] },
        encryptionKey: Key.fromKeyArn(stack, 'Key', `arn:aws:kms:us-east-2:${account}:key/1`),
      });
    });
    expect(only(template, 'AWS::S3::Bucket')).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: {
              ...{
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: expect.stringMatching(/key\/1$/) as unknown,
              },
            },
          },
        ],
      },
    });
  });

  test('S3 decrypts with the one of its Region, and encrypts with those of the copies alone', () => {
    const aliases = destinationRegions.map((it) => `arn:aws:kms:${it}:${account}:alias/data`);
    expect(only(copied, 'Custom::MeridianReplication')).toMatchObject({ Keys: aliases });
    const keysOf = (name: string) => `arn:aws:kms:${name}:${account}:key/*`;
    const via = (name: string) => `s3.${name}.amazonaws.com`;
    const aliased = { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/data' } };
    const arns = (name: string) => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
    const statements = Object.values(copied.findResources('AWS::IAM::Policy'))
      .flatMap(({ Properties }) => (Properties as Policy).PolicyDocument.Statement)
      .filter(({ Action }) => [Action].flat().some((it) => it.startsWith('kms:')));
    expect(statements).toEqual([
      {
        ...{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: keysOf('eu-central-1') },
        Condition: {
          ...aliased,
          StringEquals: { 'kms:ViaService': [via('eu-central-1')] },
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': arns('eu-uploads') },
        },
      },
      {
        ...{ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:GenerateDataKey'] },
        Resource: destinationRegions.map(keysOf).sort(),
        Condition: {
          ...aliased,
          StringEquals: { 'kms:ViaService': destinationRegions.map(via) },
          StringLike: {
            'kms:EncryptionContext:aws:s3:arn': [...arns('us-uploads'), ...arns('ap-uploads')],
          },
        },
      },
    ]);
  });
});

interface Statement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}
