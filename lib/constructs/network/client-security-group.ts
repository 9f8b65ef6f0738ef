import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

export interface ClientSecurityGroupProps {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** What runs in it. */
  readonly description: string;
  /** What it may open inside the VPC beside the databases, by port. @default nothing */
  readonly opens?: Readonly<Record<number, string>>;
}

/** Port of PostgreSQL. */
export const DATABASE_PORT = 5432;
/** Port of Neptune. */
export const GRAPH_PORT = 8182;
/** Port of Valkey. */
export const CACHE_PORT = 6379;

/**
 * What our functions and servers may open: HTTPS to AWS APIs and peers, PostgreSQL and what is named
 * inside the VPC. It admits nothing. It stands with the network, so that the databases can admit it before they exist, and neither stack refers to the other.
 */
export class ClientSecurityGroup extends SecurityGroup {
  public constructor(scope: Construct, id: string, props: ClientSecurityGroupProps) {
    const { vpc, description, opens = {} } = props;
    super(scope, id, { vpc, description, allowAllOutbound: false });
    this.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS APIs and the peers');
    const inside = { [DATABASE_PORT]: 'Databases of this Region', ...opens };
    for (const [port, what] of Object.entries(inside)) {
      this.addEgressRule(Peer.ipv4(vpc.vpcCidrBlock), Port.tcp(Number(port)), what);
    }
  }
}
