import type { LogBucketProps } from '../../../../lib/constructs/storage';
import { LogBucket } from '../../../../lib/constructs/storage';
import { ACCOUNT, REGION, only, templateOf } from '../../../support/stack';

const bucket = (props: Partial<LogBucketProps> = {}) =>
  templateOf((stack) => {
    new LogBucket(stack, 'Logs', {
      ...{ bucketName: 'logs', account: ACCOUNT, region: REGION, protection: 'production' },
      ...props,
    });
  });
const template = bucket();

interface Statement {
  readonly Effect: string;
  readonly Principal: { readonly Service?: string };
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition: unknown;
}
const admittedBy = (of: typeof template): readonly Statement[] =>
  (
    only(of, 'AWS::S3::BucketPolicy').PolicyDocument as { Statement: readonly Statement[] }
  ).Statement.filter(({ Effect }) => Effect === 'Allow');

test('load balancers write with the only encryption that they can', () => {
  expect(only(template, 'AWS::S3::Bucket').BucketEncryption).toEqual({
    ServerSideEncryptionConfiguration: [
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ],
  });
});

test("this account's load balancers and networks of this Region write, each below its prefix", () => {
  const told = admittedBy(template).map(({ Principal, Action, Resource, Condition }) => ({
    who: Principal.Service,
    may: Action,
    where: /\/[\w-]+\/AWSLogs\/\d+\/\*/.exec(JSON.stringify(Resource))?.[0],
    of: /arn:aws:[^"]+/.exec(JSON.stringify(Condition))?.[0],
  }));
  expect(told).toEqual([
    {
      who: 'logdelivery.elasticloadbalancing.amazonaws.com',
      may: 's3:PutObject',
      where: `/load-balancer/AWSLogs/${ACCOUNT}/*`,
      of: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/*`,
    },
    {
      who: 'delivery.logs.amazonaws.com',
      may: 's3:PutObject',
      where: `/network/AWSLogs/${ACCOUNT}/*`,
      of: `arn:aws:logs:${REGION}:${ACCOUNT}:*`,
    },
    {
      who: 'delivery.logs.amazonaws.com',
      may: ['s3:GetBucketAcl', 's3:ListBucket'],
      where: undefined,
      of: `arn:aws:logs:${REGION}:${ACCOUNT}:*`,
    },
  ]);
});

test('where the CDN logs, its delivery from us-east-1 is admitted, and nothing else of it', () => {
  const more = admittedBy(bucket({ edge: true })).filter((it) =>
    JSON.stringify(it.Resource).includes('CloudFront'),
  );
  expect(more).toEqual([
    expect.objectContaining({
      Principal: { Service: 'delivery.logs.amazonaws.com' },
      Action: 's3:PutObject',
      Condition: {
        ArnLike: { 'aws:SourceArn': `arn:aws:logs:us-east-1:${ACCOUNT}:delivery-source:*` },
        StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' },
      },
    }),
  ]);
  expect(JSON.stringify(more)).toContain(`/AWSLogs/${ACCOUNT}/CloudFront/*`);
});

test('logs are kept for 90 days, and the bucket beyond its stack', () => {
  expect(JSON.stringify(only(template, 'AWS::S3::Bucket').LifecycleConfiguration)).toContain(
    '"ExpirationInDays":90',
  );
  template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
});
