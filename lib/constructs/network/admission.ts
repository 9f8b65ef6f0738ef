import type { CfnSecurityGroupIngressProps, ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';

export interface Admitted {
  /** Group that is connected to. */
  readonly group: ISecurityGroup;
  /** Group that connects. */
  readonly client: ISecurityGroup;
  /** TCP port. */
  readonly port: number;
  /** Who the client is, for people. */
  readonly description: string;
}

/**
 * Lets one security group connect to another: of a `CfnSecurityGroupIngress`, not for `addIngressRule`,
 * whose logical id would carry the Region of the group's stack.
 */
export function ingressOf(admitted: Admitted): CfnSecurityGroupIngressProps {
  const { group, client, port, description } = admitted;
  return {
    groupId: group.securityGroupId,
    description,
    ipProtocol: 'tcp',
    fromPort: port,
    toPort: port,
    sourceSecurityGroupId: client.securityGroupId,
  };
}

/** Ids of the subnets without a way out, one in each zone. */
export function isolatedSubnets(vpc: IVpc): string[] {
  return vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_ISOLATED }).subnetIds;
}
