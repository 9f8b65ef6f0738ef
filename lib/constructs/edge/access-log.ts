import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface AccessLogProps {
  /** Prefix of the names of what is named in the account. */
  readonly prefix: string;
  /** Account of the distribution. */
  readonly account: string;
  /** Id of the distribution whose requests are logged. */
  readonly distributionId: string;
  /** Bucket that admits AWS's log delivery below `AWSLogs/ACCOUNT/CloudFront/`; in any Region. */
  readonly bucketName: string;
}

/**
 * What viewers asked of the CDN, by the hour, as compressed lines of JSON (standard logging, version 2).
 * Nothing that serves waits for it: where its bucket's Region is lost, so are logs.
 *
 * Stands in us-east-1 beside its distribution. Delivery costs nothing, storage as S3 does.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export class AccessLog extends Construct {
  public constructor(scope: Construct, id: string, props: AccessLogProps) {
    super(scope, id);
    const { prefix, account, distributionId, bucketName } = props;
    const source = new CfnDeliverySource(this, 'Source', {
      name: `${prefix}-edge`,
      resourceArn: `arn:aws:cloudfront::${account}:distribution/${distributionId}`,
      logType: 'ACCESS_LOGS',
    });
    const destination = new CfnDeliveryDestination(this, 'Destination', {
      name: `${prefix}-edge`,
      destinationResourceArn: `arn:aws:s3:::${bucketName}`,
      outputFormat: 'json',
    });
    const delivery = new CfnDelivery(this, 'Delivery', {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
      s3SuffixPath: '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}',
    });
    // It names the source, which does not make it wait for it.
    delivery.addResourceDependency(source);
  }
}
