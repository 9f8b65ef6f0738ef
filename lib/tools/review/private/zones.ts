import type { AssemblyResource } from '../../assembly';
import type { View } from './view';

/** Properties under which types name the subnets that they stand in. */
const SUBNETS = [
  'Subnets',
  'SubnetIds',
  'SubnetMappings',
  'VPCZoneIdentifier',
  'VpcConfig.SubnetIds',
  'NetworkConfiguration.AwsvpcConfiguration.Subnets',
  'SubnetId',
];

/** Subnets of the assembly in which a resource stands, also through its subnet group. */
export function subnetsOf(view: View, resource: AssemblyResource): readonly AssemblyResource[] {
  const direct = SUBNETS.flatMap((path) => view.out(resource, path));
  const groups = ['DBSubnetGroupName', 'CacheSubnetGroupName']
    .flatMap((path) => view.out(resource, path))
    .flatMap((group) => view.out(group, 'SubnetIds'));
  return [...new Set([...direct, ...groups])].filter(({ type }) => type === 'AWS::EC2::Subnet');
}

/** How many subnets are listed, also where templates do not say which. */
export function subnetCount(view: View, resource: AssemblyResource): number | undefined {
  const listed = SUBNETS.map((path) => view.list(resource, path)).find((list) => list.length > 0);
  return listed?.length;
}

/** Zones of subnets, each once; those that no template names are left out. */
export function zonesOf(view: View, subnets: readonly AssemblyResource[]): readonly string[] {
  const zones = subnets.flatMap(
    (it) => view.text(it, 'AvailabilityZone') ?? view.text(it, 'AvailabilityZoneId') ?? [],
  );
  return [...new Set(zones)];
}
