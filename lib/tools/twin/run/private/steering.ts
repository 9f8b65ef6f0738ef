import type { Answer, Assembly } from '../../../assembly';
import { REGIONS } from '../../../../config/regions';
import type { DnsServer, Vantage } from '../../dns';
import { recordSets, startDns, VANTAGES } from '../../dns';
import type { Place, PlannedRegion } from '../../plan';
import { TemplateReader } from '../../plan';
import { PortTaken } from '../../processes';

export interface SteeringOptions {
  readonly assembly: Assembly;
  readonly regions: readonly PlannedRegion[];
  /** Address of the stand-in of the CDN. */
  readonly edge: Place;
  /** Port that someone asked for. @default 5353 where it is free for UDP and TCP, else any free one */
  readonly port: number | undefined;
  /** Health of a check or of a load balancer, by its key. */
  readonly healthy: (key: string) => boolean | undefined;
}

/** GeoDNS of the twin, and what it answers seen as Regions. */
export interface Steering {
  readonly server: DnsServer;
  /** Names of zones. */
  readonly zones: readonly string[];
  /** The Region whose load balancer a viewer is given; undefined where it is none. */
  steer(host: string, viewer: string): string | undefined;
}

/** Number of the record type `A`. */
const TYPE_A = 1;

const DNS_ADDRESS = '127.0.0.1';
/** Also that of multicast DNS, which many desktops run. */
const PREFERRED_PORT = 5353;

/** @throws PortTaken where the port is not free and no other will do */
async function listen(
  port: number,
  anyWillDo: boolean,
  start: (port: number) => Promise<DnsServer>,
): Promise<DnsServer> {
  try {
    return await start(port);
  } catch (error) {
    if (anyWillDo) return start(0);
    throw new PortTaken(DNS_ADDRESS, port, error instanceof Error ? error.message : String(error));
  }
}

export async function startSteering(options: SteeringOptions): Promise<Steering> {
  const { assembly, regions, edge } = options;
  const addresses = new Map(regions.map((it) => [it.places.answer, it.name]));
  const { records } = recordSets(assembly, localAddresses(assembly, regions, edge));
  const zones = zoneNames(
    assembly,
    records.map(({ name }) => name),
  );
  const { healthy, port } = options;
  const content = { address: DNS_ADDRESS, zones, records, healthy, coordinates: REGIONS };
  const server = await listen(port ?? PREFERRED_PORT, port === undefined, (at) =>
    startDns({ ...content, port: at }),
  );
  return {
    server,
    zones,
    steer: (name, viewer) => {
      const record = server.answer({ name, type: TYPE_A }, viewer).records[0];
      return record === undefined ? undefined : addresses.get([...record.data].join('.'));
    },
  };
}

function localAddresses(
  assembly: Assembly,
  regions: readonly PlannedRegion[],
  edge: Place,
): Answer {
  const balancers = new Map(regions.map((it) => [it.balancer.key, it.places.answer]));
  return ({ resource, attribute }) => {
    if (attribute === 'DNSName') return balancers.get(resource);
    const type = assembly.resource(resource)?.type;
    // Records name an elastic address only where one server serves: those of NAT gateways never.
    if (type === 'AWS::EC2::EIP' && attribute === 'PublicIp') {
      return regions[0]?.places.answer;
    }
    return attribute === 'DomainName' && type === 'AWS::CloudFront::Distribution'
      ? edge.address
      : undefined;
  };
}

/** Zones of the templates; where the zone exists already, the shortest name that has records. */
function zoneNames(assembly: Assembly, names: readonly string[]): readonly string[] {
  const reader = new TemplateReader(assembly);
  const declared = reader
    .resources('AWS::Route53::HostedZone')
    .flatMap((zone) => reader.text(zone, 'Name') ?? []);
  if (declared.length > 0) return declared.map((name) => name.replace(/\.$/, ''));
  const shortest = [...names].sort((one, other) => one.length - other.length)[0];
  return shortest === undefined ? [] : [shortest];
}

/** A place from which people may look, and the Region that DNS gives them. */
export interface VantageView {
  readonly city: string;
  readonly country: string;
  readonly subnet: string;
  readonly region: string | undefined;
}

export function vantageViews(steering: Steering, host: string): readonly VantageView[] {
  return VANTAGES.flatMap(({ city, country, prefixes }: Vantage) => {
    const subnet = prefixes[0];
    if (subnet === undefined) return [];
    const viewer = subnet.split('/', 1)[0] ?? '';
    return [{ city, country, subnet, region: steering.steer(host, viewer) }];
  });
}
