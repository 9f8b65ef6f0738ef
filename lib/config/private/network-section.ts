import { isPrivate, parseAddress, parseBlock } from '../blocks';
import type { RegionName } from '../declaration';
import type { ExistingNetwork, ExistingSubnet, ExistingZone } from '../network-declaration';
import { ZONES_PER_REGION, zonesOf } from '../regions';
import type { Field, Rule } from './field';

const [LARGEST, SMALLEST] = [16, 24];
const CIDR: Rule<string> = {
  allowed: `a private IPv4 block from /${LARGEST} to /${SMALLEST}, such as "172.20.0.0/16"`,
  accepts: (value): value is string => {
    const block = typeof value === 'string' ? parseBlock(value) : undefined;
    if (block === undefined || !isPrivate(block)) return false;
    const size = block.last - block.first + 1;
    return size <= 2 ** (32 - LARGEST) && size >= 2 ** (32 - SMALLEST);
  },
};
const ADDRESS: Rule<string> = {
  allowed: 'a public IPv4 address, such as "198.51.100.7"',
  accepts: (value): value is string => {
    const first = typeof value === 'string' ? parseAddress(value) : undefined;
    return first !== undefined && !isPrivate({ first, last: first });
  },
};
const idOf = (kind: string): Rule<string> => ({
  allowed: `the id of one, such as "${kind}-0123456789abcdef0"`,
  accepts: (value): value is string =>
    typeof value === 'string' && new RegExp(`^${kind}-([\\da-f]{8}|[\\da-f]{17})$`).test(value),
});
const VPC = idOf('vpc');
const SUBNET = idOf('subnet');
const ROUTE_TABLE = idOf('rtb');
const ADDRESSES = 'a list of 1 to 16 different public IPv4 addresses';

/** A network that is there already; undefined where it cannot be read. */
export function readNetwork(name: RegionName, field: Field): ExistingNetwork | undefined {
  const at = field.properties(['vpcId', 'cidr', 'natAddresses', 'zones']);
  if (at === undefined) return undefined;
  return {
    vpcId: at('vpcId').require(VPC, ''),
    cidr: at('cidr').require(CIDR, ''),
    natAddresses: readAddresses(at('natAddresses')),
    zones: readZones(name, at('zones')),
  };
}

function readAddresses(field: Field): readonly string[] {
  const items = field.list(ADDRESSES) ?? [];
  const read = items.map((item) => item.require(ADDRESS, ''));
  const distinct = new Set(read).size === read.length;
  if (!field.faulty && (items.length < 1 || items.length > 16 || !distinct))
    field.reject(ADDRESSES);
  return read;
}

function readZones(name: RegionName, field: Field): Readonly<Record<string, ExistingZone>> {
  const declared = field.map('zone') ?? [];
  const known = zonesOf(name);
  for (const [zone, item] of declared)
    if (!known.includes(zone)) item.reject(`a zone: ${known.join(', ')}`, 'an unknown zone');
  if (declared.length > 0 && declared.length !== ZONES_PER_REGION) {
    field.reject(
      `${ZONES_PER_REGION} zones out of ${known.join(', ')}`,
      `${declared.length} zones`,
    );
  }
  const owners = new Map<string, string>();
  const zones = declared.map(([zone, item]) => [zone, readZone(item, owners)] as const);
  // As in every network that is made here: in the order of the letters, whatever that of the declaration.
  return Object.fromEntries(zones.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function readZone(field: Field, owners: Map<string, string>): ExistingZone {
  const at = field.properties(['public', 'private', 'isolated']);
  const none: ExistingSubnet = { subnet: '', routeTable: '' };
  if (at === undefined) return { public: none, private: none, isolated: none };
  return {
    public: readSubnet(at('public'), owners),
    private: readSubnet(at('private'), owners),
    isolated: readSubnet(at('isolated'), owners),
  };
}

function readSubnet(field: Field, owners: Map<string, string>): ExistingSubnet {
  const at = field.properties(['subnet', 'routeTable']);
  const subnet = at?.('subnet').require(SUBNET, '') ?? '';
  const owner = owners.get(subnet);
  if (subnet !== '' && owner !== undefined)
    at?.('subnet').reject('a subnet of its own', `"${subnet}", which ${owner} has`);
  owners.set(subnet, field.path);
  return { subnet, routeTable: at?.('routeTable').require(ROUTE_TABLE, '') ?? '' };
}
