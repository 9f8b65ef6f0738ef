import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

export interface ClientSecurityGroupProps {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** What runs in it. */
  readonly description: string;
}

/** Port of PostgreSQL. */
export const DATABASE_PORT = 5432;

/**
 * What a function of ours may open: HTTPS to AWS APIs and peers, PostgreSQL inside the VPC. It admits
 * nothing. It stands with the network, so that the databases can admit it before the function exists
 * and neither stack refers to the other.
 */
export class ClientSecurityGroup extends SecurityGroup {
  public constructor(scope: Construct, id: string, props: ClientSecurityGroupProps) {
    const { vpc, description } = props;
    super(scope, id, { vpc, description, allowAllOutbound: false });
    this.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS APIs and the peers');
    this.addEgressRule(
      Peer.ipv4(vpc.vpcCidrBlock),
      Port.tcp(DATABASE_PORT),
      'Databases of this Region',
    );
  }
}
