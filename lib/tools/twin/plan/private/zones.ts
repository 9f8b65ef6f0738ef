import type { AssemblyResource } from '../../../assembly';
import type { FunctionConfig, ServerConfig } from '../../gateway';
import type { TemplateReader } from './reader';
import { asList, raw } from './reader';

/** Zones of the subnets that a property lists, in their order, each once. */
export function zonesIn(
  reader: TemplateReader,
  resource: AssemblyResource,
  ...path: readonly string[]
): readonly string[] {
  const subnets = asList(raw(resource, path)).map((it) => reader.target(resource, it)?.resource);
  const zones = subnets.flatMap((it) => (it && reader.text(it, 'AvailabilityZone')) ?? []);
  return [...new Set(zones)];
}

/** An instance of a cluster, in the zone where it stands. */
export interface PlannedInstance {
  /** Of its resource. */
  readonly key: string;
  readonly identifier: string;
  readonly zone: string;
}

/**
 * Instances of a cluster, the one that is promoted first at the head, each in a zone of its own while
 * there are enough: where templates leave the zone open, in the order of the subnet group's.
 */
export function instancesOf(
  reader: TemplateReader,
  cluster: AssemblyResource,
): readonly PlannedInstance[] {
  const group = reader.target(cluster, raw(cluster, ['DBSubnetGroupName']))?.resource;
  const zones = group === undefined ? [] : zonesIn(reader, group, 'SubnetIds');
  const tier = (it: AssemblyResource) => Number(reader.text(it, 'PromotionTier') ?? 1);
  return reader
    .resources('AWS::RDS::DBInstance', cluster.stack.region)
    .filter((it) => isOf(reader, it, cluster))
    .sort((one, other) => tier(one) - tier(other))
    .map((it, at) => ({
      key: it.key,
      identifier: reader.text(it, 'DBInstanceIdentifier') ?? it.logicalId,
      zone: reader.text(it, 'AvailabilityZone') ?? zones[at % zones.length] ?? '',
    }));
}

/** Servers of a Region in so many zones: enough for one to be lost, and what this machine carries. */
const SERVERS = 2;
/** Where types name the subnets that they stand in. */
const SUBNETS = [
  ['NetworkConfiguration', 'AwsvpcConfiguration', 'Subnets'],
  ['VPCZoneIdentifier'],
  ['VpcConfig', 'SubnetIds'],
];

interface Compute {
  readonly functions: Readonly<Record<string, FunctionConfig>>;
  readonly servers: Readonly<Record<string, ServerConfig>>;
}

/** The same Region zone by zone: a server in each of two, instances of functions in all of theirs. */
export function inZones<T extends Compute>(reader: TemplateReader, region: T): T {
  const zonesOf = (key: string): readonly string[] => {
    const resource = reader.assembly.resource(key);
    if (resource === undefined) return [];
    return [...new Set(SUBNETS.flatMap((path) => zonesIn(reader, resource, ...path)))];
  };
  const functions = Object.entries(region.functions).map(
    ([key, of]) => [key, { ...of, zones: zonesOf(key) }] as const,
  );
  const servers = Object.entries(region.servers).map(([key, of]) => {
    const zones = zonesOf(key);
    return [
      key,
      { ...of, zones, count: Math.max(of.count, Math.min(zones.length, SERVERS)) },
    ] as const;
  });
  return {
    ...region,
    functions: Object.fromEntries(functions),
    servers: Object.fromEntries(servers),
  };
}

function isOf(reader: TemplateReader, instance: AssemblyResource, cluster: AssemblyResource) {
  const named = raw(instance, ['DBClusterIdentifier']);
  if (reader.target(instance, named)?.resource === cluster) return true;
  const identifier = reader.text(cluster, 'DBClusterIdentifier');
  return identifier !== undefined && named === identifier;
}
