import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { CfnSecurityGroupIngress, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/** Who may connect to a Region's load balancer, of whatever kind. */
export interface DoorAdmission {
  /** The Region's network. */
  readonly vpc: IVpc;
  /** Id of the Region's managed prefix list of CloudFront's origin-facing addresses. */
  readonly cloudFrontPrefixList: string;
  /** IPv4 blocks of the Route 53 checkers. */
  readonly healthCheckers: readonly string[];
  /** IPv4 blocks from which the peers' servers call. */
  readonly peers: readonly string[];
  /** Names that anybody may ask for, without the origin secret. @default none */
  readonly openHosts?: readonly [string, ...string[]];
}

const HTTPS = Port.tcp(443);

/** A load balancer of whatever kind, and who may connect to it. */
export abstract class AdmittingDoor extends Construct {
  /** CloudFront's list counts as 55 of a group's 60 rules, so it has a group of its own. */
  protected admitCloudFront(props: DoorAdmission): ISecurityGroup {
    const group = new SecurityGroup(this, 'Edge', {
      vpc: props.vpc,
      description: 'HTTPS from CloudFront',
      allowAllOutbound: false,
    });
    // Not `addIngressRule`, whose logical id would carry the list's and differ between Regions.
    new CfnSecurityGroupIngress(this, 'FromCloudFront', {
      groupId: group.securityGroupId,
      description: 'CloudFront',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      sourcePrefixListId: props.cloudFrontPrefixList,
    });
    return group;
  }

  protected admitCheckersAndPeers(props: DoorAdmission): ISecurityGroup {
    const group = new SecurityGroup(this, 'CheckersAndPeers', {
      vpc: props.vpc,
      description: 'HTTPS from Route 53 health checkers and from the servers of the peers',
      allowAllOutbound: false,
    });
    for (const cidr of props.healthCheckers) {
      group.addIngressRule(Peer.ipv4(cidr), HTTPS, 'Route 53 health checker');
    }
    for (const cidr of props.peers) group.addIngressRule(Peer.ipv4(cidr), HTTPS, 'Peer Region');
    if (props.openHosts !== undefined) {
      // Beside the others, which so keep their way in when the door is closed again.
      group.addIngressRule(Peer.anyIpv4(), HTTPS, 'Clients of the API');
    }
    return group;
  }
}
