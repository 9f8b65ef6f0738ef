import { CustomResource, Duration } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { LoggedFunction } from '../compute';

export interface BucketReplicationProps {
  /** Bucket of the stack's own Region, with versions. */
  readonly bucketName: string;
  /** Account that owns all of them. */
  readonly account: string;
  /** Buckets of other Regions, with versions, which are there already. */
  readonly destinations: readonly string[];
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
    const { bucketName, account, destinations } = props;
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
      statements: statements(bucketName, destinations),
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
      properties: { Bucket: bucketName, Role: role.roleArn, Destinations: [...destinations] },
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

function arnOf(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}
