import type { GatewayConfig } from 'aws-cdk-lib/aws-ec2';
import { NatProvider } from 'aws-cdk-lib/aws-ec2';

/**
 * Private subnets without a NAT gateway. They stay what they are for the CDK, because subnets of another
 * kind would have other logical ids: to change the way out must replace no subnet.
 */
export class NoTranslation extends NatProvider {
  /** None. */
  public readonly configuredGateways: GatewayConfig[] = [];

  /** Makes nothing. */
  public configureNat(): void {
    return undefined;
  }

  /** Routes nothing. */
  public configureSubnet(): void {
    return undefined;
  }
}
