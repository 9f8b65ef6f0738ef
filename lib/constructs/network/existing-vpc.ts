import type { CfnResource } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { EXISTING_NETWORK, type ExistingNetwork, type ExistingZone } from '../../config';

export interface ExistingVpcProps {
  /** What the declaration says of it. */
  readonly network: ExistingNetwork;
}

/** What templates say of a network that they do not have, for whoever reads them. */
export interface ExistingNetworkNote {
  readonly vpcId: string;
  readonly cidr: string;
  readonly natAddresses: readonly string[];
  /** Zones by subnet. */
  readonly subnets: Readonly<Record<string, string>>;
}

/**
 * A Region's network that somebody else made and keeps, by what the declaration says of it: nothing is
 * looked up, nothing is created. Flow logs, NAT gateways, endpoints, routes and the default security
 * group stay with its owner.
 */
export class ExistingVpc extends Construct {
  /** The Region's network. */
  public readonly vpc: IVpc;
  /** Public IPv4 addresses of the NAT gateways, comma separated. */
  public readonly natAddresses: string;
  private readonly network: ExistingNetwork;

  public constructor(scope: Construct, id: string, props: ExistingVpcProps) {
    super(scope, id);
    const { network } = props;
    this.network = network;
    const zones = Object.values(network.zones);
    const subnets = (kind: keyof ExistingZone): string[] => zones.map((it) => it[kind].subnet);
    const tables = (kind: keyof ExistingZone): string[] => zones.map((it) => it[kind].routeTable);
    this.natAddresses = network.natAddresses.join(',');
    this.vpc = Vpc.fromVpcAttributes(this, 'Resource', {
      vpcId: network.vpcId,
      vpcCidrBlock: network.cidr,
      availabilityZones: Object.keys(network.zones),
      publicSubnetIds: subnets('public'),
      publicSubnetRouteTableIds: tables('public'),
      privateSubnetIds: subnets('private'),
      privateSubnetRouteTableIds: tables('private'),
      isolatedSubnetIds: subnets('isolated'),
      isolatedSubnetRouteTableIds: tables('isolated'),
    });
  }

  /** Leaves a note at a resource, because no template says in which zone a subnet of others stands. */
  public noteAt(group: Construct): void {
    const { vpcId, cidr, natAddresses, zones } = this.network;
    const subnets = Object.entries(zones).flatMap(([zone, it]) =>
      [it.public, it.private, it.isolated].map(({ subnet }) => [subnet, zone] as const),
    );
    const note: ExistingNetworkNote = {
      ...{ vpcId, cidr, natAddresses },
      subnets: Object.fromEntries(subnets),
    };
    (group.node.defaultChild as CfnResource).addMetadata(EXISTING_NETWORK, note);
  }
}
