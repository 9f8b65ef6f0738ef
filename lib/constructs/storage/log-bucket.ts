import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Protection, RegionName } from '../../config';
import { lifecycleOf } from '../lifecycle';

export interface LogBucketProps {
  /** Computed name, unique among all accounts. */
  readonly bucketName: string;
  /** Account whose load balancers and networks may write. */
  readonly account: string;
  /** Region of the stack; a load balancer writes into its own Region's bucket only. */
  readonly region: RegionName;
  /** Whether it survives its stack. */
  readonly protection: Protection;
  /** Whether a network load balancer writes here, which AWS's log delivery does for it. @default false */
  readonly networkBalancer?: boolean;
  /** Whether the CDN's access logs are delivered here, from us-east-1. @default false */
  readonly edge?: boolean;
}

/** Below which load balancers write. */
export const ACCESS_LOG_PREFIX = 'load-balancer';
/** Below which networks write. */
export const FLOW_LOG_PREFIX = 'network';

/**
 * A Region's access logs and flow logs, with the CDN's on request, each kept for 90 days. Encrypted with S3's own key, the only
 * one that load balancers can write with.
 *
 * @stateful not versioned: what is in it is written once, by AWS, and expires
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html
 */
export class LogBucket extends Bucket {
  public constructor(scope: Construct, id: string, props: LogBucketProps) {
    const { removalPolicy, empty } = lifecycleOf(props.protection);
    super(scope, id, {
      bucketName: props.bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [
        {
          expiration: Duration.days(90),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy,
      autoDeleteObjects: empty,
    });
    const { account, region } = props;
    this.admit('logdelivery.elasticloadbalancing.amazonaws.com', {
      actions: ['s3:PutObject'],
      resources: [this.arnForObjects(`${ACCESS_LOG_PREFIX}/AWSLogs/${account}/*`)],
      source: `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/*`,
    });
    const delivery = { source: `arn:aws:logs:${region}:${account}:*` };
    const written = [
      FLOW_LOG_PREFIX,
      ...(props.networkBalancer === true ? [ACCESS_LOG_PREFIX] : []),
    ];
    this.admit('delivery.logs.amazonaws.com', {
      ...delivery,
      actions: ['s3:PutObject'],
      resources: written.map((prefix) => this.arnForObjects(`${prefix}/AWSLogs/${account}/*`)),
      acl: 'bucket-owner-full-control',
    });
    if (props.edge === true) {
      // Where CloudFront's log delivery puts them where no other place is asked for.
      this.admit('delivery.logs.amazonaws.com', {
        source: `arn:aws:logs:us-east-1:${account}:delivery-source:*`,
        actions: ['s3:PutObject'],
        resources: [this.arnForObjects(`AWSLogs/${account}/CloudFront/*`)],
        acl: 'bucket-owner-full-control',
      });
    }
    this.admit('delivery.logs.amazonaws.com', {
      ...delivery,
      actions: ['s3:GetBucketAcl', 's3:ListBucket'],
      resources: [this.bucketArn],
    });
  }

  /** Lets a service of AWS write on behalf of this account's resources, and of nobody else's. */
  private admit(service: string, { actions, resources, source, acl }: Admission): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(service)],
        actions: [...actions],
        resources: [...resources],
        conditions: {
          ArnLike: { 'aws:SourceArn': source },
          ...(acl !== undefined && { StringEquals: { 's3:x-amz-acl': acl } }),
        },
      }),
    );
  }
}

interface Admission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly source: string;
  readonly acl?: string;
}
