import { EXISTING_NETWORK } from '../../../config';
import type { AssemblyResource } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import type { View } from './view';

/** A network that was there before: its subnets, with their zones, stand in no template. */
export interface ExistingNetwork {
  /** The group that bears the note. */
  readonly at: AssemblyResource;
  readonly region: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly natAddresses: readonly string[];
  /** Zones by the subnets' ids. */
  readonly zones: ReadonlyMap<string, string>;
}

/** What templates note of networks of others. */
export const existingNetworks = (view: View): readonly ExistingNetwork[] => view.once(readNetworks);

const readNetworks = (view: View): readonly ExistingNetwork[] =>
  view.all('AWS::EC2::SecurityGroup').flatMap((at) => {
    const { metadata, stack } = at;
    const note = metadata[EXISTING_NETWORK];
    if (!isJsonObject(note) || !isJsonObject(note['subnets'])) return [];
    const { vpcId, cidr, subnets, natAddresses } = note;
    if (typeof vpcId !== 'string' || typeof cidr !== 'string') return [];
    const zones = Object.entries(subnets).flatMap(([subnet, zone]): [string, string][] =>
      typeof zone === 'string' ? [[subnet, zone]] : [],
    );
    const addresses = isJsonList(natAddresses) ? natAddresses.map(String) : [];
    return [
      {
        ...{ at, region: stack.region, vpcId, cidr },
        natAddresses: addresses,
        zones: new Map(zones),
      },
    ];
  });

const ADDRESS = '<AWS::EC2::EIP PublicIp>';

/** Their names as those of networks of ours read, which have none before they are deployed. */
export const namesOfNetworks = (view: View): ReadonlyMap<string, string> =>
  new Map(
    existingNetworks(view).flatMap(({ vpcId, cidr, natAddresses, zones }): [string, string][] => {
      // Of ours each zone has one address.
      const each = [...new Set(zones.values())].map(() => ADDRESS).join(',');
      return [
        [vpcId, '<AWS::EC2::VPC Ref>'],
        [cidr, '<AWS::EC2::VPC CidrBlock>'],
        ...(natAddresses.length > 0 ? [[natAddresses.join(','), each] as [string, string]] : []),
        ...natAddresses.map((it): [string, string] => [`${it}/32`, `${ADDRESS}/32`]),
        ...[...zones.keys()].map((id): [string, string] => [id, '<AWS::EC2::Subnet Ref>']),
      ];
    }),
  );

/** Types of which a network is made. */
const PARTS =
  /^AWS::EC2::(VPC|Subnet|RouteTable|SubnetRouteTableAssociation|Route|InternetGateway|VPCGatewayAttachment|NatGateway|EIP|VPCEndpoint|FlowLog)$/;

/** Whether a resource is part of a network, or of what closes its default security group. */
export function madeWithNetworks({ type, logicalId }: AssemblyResource): boolean {
  return PARTS.test(type) || /^(Vpc|CustomVpc)RestrictDefaultS/.test(logicalId);
}
