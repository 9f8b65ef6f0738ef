import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { RegionalVpc } from '../constructs/network';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

/**
 * The network of the one server: the public subnets of what becomes the Region's network at the next
 * stage, under the same names, so that growing adds to it and replaces nothing. Without NAT gateways,
 * which cost more than the server.
 */
export class PublicNetwork extends MeridianStack {
  /** The Region's network. */
  public readonly vpc: IVpc;

  public constructor(scope: Construct, id: string, props: RegionalStackProps) {
    const { deployment, region } = props;
    super(scope, id, {
      deployment,
      kind: 'network',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: network of ${region.name}`,
    });
    this.vpc = new RegionalVpc(this, 'Vpc', {
      region,
      vpcName: this.stackName,
      logBucketArn: this.names.bucketArn('logs', region.name),
      publicOnly: true,
    }).vpc;
  }
}
