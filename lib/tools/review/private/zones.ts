import type { AssemblyResource } from '../../assembly';
import { existingNetworks } from './existing-networks';
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

const GROUPS = ['DBSubnetGroupName', 'CacheSubnetGroupName'];

/** Zones in which a resource stands, each once, and how many of its subnets are known. */
export interface Stand {
  readonly known: number;
  readonly zones: readonly string[];
  /** All zones of its network; empty where no template says. */
  readonly all: readonly string[];
}

/** Where a resource stands, in a network of this assembly or in one that was there before. */
export function standOf(view: View, resource: AssemblyResource): Stand {
  const own = subnetsOf(view, resource);
  const [first] = own;
  if (first !== undefined) {
    const vpc = view.out(first, 'VpcId')[0];
    const beside = vpc === undefined ? [] : view.into(vpc, 'AWS::EC2::Subnet');
    return { known: own.length, zones: zonesOf(view, own), all: zonesOf(view, beside) };
  }
  const groups = GROUPS.flatMap((path) => view.out(resource, path));
  return existingStand(view, [resource, ...groups], SUBNETS);
}

/** Where subnets stand that are named as they are, because their network was there before. */
export function existingStand(
  view: View,
  at: readonly AssemblyResource[],
  paths: readonly string[],
): Stand {
  const ids = at.flatMap((it) => paths.flatMap((path) => literals(view, it, path)));
  const network = existingNetworks(view).find(({ zones }) => ids.some((id) => zones.has(id)));
  const zones = ids.flatMap((id) => network?.zones.get(id) ?? []);
  const all = [...new Set(network?.zones.values() ?? [])];
  return { known: zones.length, zones: [...new Set(zones)], all };
}

function literals(view: View, at: AssemblyResource, path: string): readonly string[] {
  const listed = view.list(at, path);
  const ids = listed.length > 0 ? listed : [view.text(at, path) ?? null];
  return ids.filter((it) => typeof it === 'string');
}

/** Every zone in which something may stand. */
export function everyZone(view: View): readonly string[] {
  const made = view
    .all('AWS::EC2::Subnet')
    .flatMap((it) => view.text(it, 'AvailabilityZone') ?? []);
  const others = existingNetworks(view).flatMap(({ zones }) => [...zones.values()]);
  return [...new Set([...made, ...others])];
}

/** Subnets of the assembly in which a resource stands, also through its subnet group. */
export function subnetsOf(view: View, resource: AssemblyResource): readonly AssemblyResource[] {
  const direct = SUBNETS.flatMap((path) => view.out(resource, path));
  const groups = GROUPS.flatMap((path) => view.out(resource, path)).flatMap((group) =>
    view.out(group, 'SubnetIds'),
  );
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
