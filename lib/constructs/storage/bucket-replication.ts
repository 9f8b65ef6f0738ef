import { CustomResource, Duration } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { RegionName } from '../../config';
import { LoggedFunction } from '../compute';

/** Keys of KMS under one alias, one in each Region: copies are encrypted anew. */
export interface ReplicationKeys {
  /** `alias/…`, equal in every Region. */
  readonly aliasName: string;
  /** Region of the bucket. */
  readonly region: RegionName;
  /** Regions of the destinations, in their order. */
  readonly destinationRegions: readonly RegionName[];
}

export interface BucketReplicationProps {
  /** Bucket of the stack's own Region, with versions. */
  readonly bucketName: string;
  /** Account that owns all of them. */
  readonly account: string;
  /** Buckets of other Regions, with versions, which are there already. */
  readonly destinations: readonly string[];
  /** What objects are encrypted with. @default S3's own key, which copies need nothing for */
  readonly keys?: ReplicationKeys;
  /** Directory of the bundled handler lib/handlers/replication. */
  readonly handler: string;
}

/**
 * Copies what is put into a bucket to those of other Regions, deletions too, within 15 minutes for
 * 99.99 %. S3 refuses a destination that is not there, so buckets that copy to one another are created
 * first and get this by a later stack; CloudFormation has no resource for it, hence a function, which
 * runs at a deployment only. Copies are not copied again.
 *
 * Billed by request and GB; the time limit costs 0.015 USD per GB.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
 */
export class BucketReplication extends Construct {
  public constructor(scope: Construct, id: string, props: BucketReplicationProps) {
    super(scope, id);
    const { bucketName, account, destinations, keys } = props;
    const role = new Role(this, 'Role', {
      description: `Copies objects of ${bucketName} to other Regions`,
      assumedBy: new ServicePrincipal('s3.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': arnOf(bucketName) },
        },
      }),
    });
    const policy = new Policy(this, 'Policy', {
      roles: [role],
      statements: [
        ...statements(bucketName, destinations),
        ...(keys === undefined ? [] : keyStatements(props, keys)),
      ],
    });
    const setter = new LoggedFunction(this, 'Setter', {
      description: `Says where ${bucketName} copies its objects`,
      code: Code.fromAsset(props.handler),
      timeout: Duration.seconds(60),
      statements: [
        new PolicyStatement({
          actions: ['s3:PutReplicationConfiguration'],
          resources: [arnOf(bucketName)],
        }),
        new PolicyStatement({
          actions: ['iam:PassRole'],
          resources: [role.roleArn],
          conditions: { StringEquals: { 'iam:PassedToService': 's3.amazonaws.com' } },
        }),
      ],
    });
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: setter.function.functionArn,
      serviceTimeout: Duration.seconds(120),
      resourceType: 'Custom::MeridianReplication',
      properties: {
        ...{ Bucket: bucketName, Role: role.roleArn, Destinations: [...destinations] },
        ...(keys !== undefined && {
          // S3 takes the ARN of an alias, so no generated id crosses Regions.
          Keys: keys.destinationRegions.map(
            (name) => `arn:aws:kms:${name}:${account}:${keys.aliasName}`,
          ),
        }),
      },
    });
    resource.node.addDependency(setter, policy);
  }
}

function statements(bucket: string, destinations: readonly string[]): PolicyStatement[] {
  return [
    new PolicyStatement({
      actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
      resources: [arnOf(bucket)],
    }),
    new PolicyStatement({
      actions: ['Acl', 'ForReplication', 'Tagging'].map((what) => `s3:GetObjectVersion${what}`),
      resources: [`${arnOf(bucket)}/*`],
    }),
    new PolicyStatement({
      actions: ['s3:ReplicateDelete', 's3:ReplicateObject', 's3:ReplicateTags'],
      resources: destinations.map((destination) => `${arnOf(destination)}/*`),
    }),
  ];
}

/**
 * With a bucket key S3 names the bucket, not the object, to KMS, and makes data keys for copies.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
function keyStatements(
  { bucketName, account, destinations }: BucketReplicationProps,
  { aliasName, region, destinationRegions }: ReplicationKeys,
): PolicyStatement[] {
  const use = (actions: string[], regions: readonly RegionName[], buckets: readonly string[]) =>
    new PolicyStatement({
      actions,
      resources: regions.map((name) => `arn:aws:kms:${name}:${account}:key/*`),
      conditions: {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': aliasName },
        StringEquals: { 'kms:ViaService': regions.map((name) => `s3.${name}.amazonaws.com`) },
        StringLike: {
          'kms:EncryptionContext:aws:s3:arn': buckets.flatMap((it) => [
            arnOf(it),
            `${arnOf(it)}/*`,
          ]),
        },
      },
    });
  return [
    use(['kms:Decrypt'], [region], [bucketName]),
    use(['kms:Encrypt', 'kms:GenerateDataKey'], destinationRegions, destinations),
  ];
}

function arnOf(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}
