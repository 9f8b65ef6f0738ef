import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnSecurityGroupEgress,
  CfnSecurityGroupIngress,
  Peer,
  Port,
  SecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

export interface ServerSecurityGroupProps {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Port on which servers listen. */
  readonly port: number;
  /** Groups of the load balancer. */
  readonly callers: readonly ISecurityGroup[];
  /** @default servers, from the load balancer */
  readonly description?: string;
  /** Whether they open HTTPS to AWS by this group. @default false */
  readonly opensHttps?: boolean;
}

/** Admits the load balancer, and lets the load balancer call. What servers open is another group's. */
export class ServerSecurityGroup extends SecurityGroup {
  public constructor(scope: Construct, id: string, props: ServerSecurityGroupProps) {
    super(scope, id, {
      vpc: props.vpc,
      description: props.description ?? 'Servers, from the load balancer',
      allowAllOutbound: false,
    });
    if (props.opensHttps === true) {
      this.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'APIs and repositories of AWS');
    }
    const port = { ipProtocol: 'tcp', fromPort: props.port, toPort: props.port };
    for (const [index, caller] of props.callers.entries()) {
      // Not by the library's rules, whose logical ids would carry the name of the stack.
      new CfnSecurityGroupIngress(this, `From${index + 1}`, {
        ...port,
        groupId: this.securityGroupId,
        description: 'Load balancer',
        sourceSecurityGroupId: caller.securityGroupId,
      });
      new CfnSecurityGroupEgress(this, `To${index + 1}`, {
        ...port,
        groupId: caller.securityGroupId,
        description: 'Servers',
        destinationSecurityGroupId: this.securityGroupId,
      });
    }
  }
}
