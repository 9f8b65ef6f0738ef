import { isIP } from 'node:net';
import { isJsonList, isJsonObject, property } from '../../assembly';
import type { Answer, Assembly, AssemblyResource, Json, JsonObject } from '../../assembly';
import type { RecordSet, RecordType, RoutingPolicy } from './model';

/** A record set that is not served, and why. */
export interface SkippedRecordSet {
  readonly key: string;
  /** As far as it is known. */
  readonly name: string | undefined;
  readonly reason: string;
}

export interface RecordSets {
  readonly records: readonly RecordSet[];
  readonly skipped: readonly SkippedRecordSet[];
}

/** TTL of an alias to an AWS resource; Route 53 sets it, in seconds. */
const ALIAS_TTL = 60;
const DEFAULT_TTL = 300;
const TYPES: readonly RecordType[] = ['A', 'AAAA', 'CNAME', 'TXT', 'MX', 'SRV', 'CAA', 'NS', 'PTR'];
class Skip extends Error {}

/**
 * The record sets of an assembly, in a form that a local server can answer.
 *
 * @param answer gives what AWS would generate: the address in place of a load balancer's `DNSName`
 *               or a distribution's `DomainName` (a text, or a list of addresses)
 */
export function recordSets(assembly: Assembly, answer?: Answer): RecordSets {
  const records: RecordSet[] = [];
  const skipped: SkippedRecordSet[] = [];
  for (const { key, at, properties } of declared(assembly)) {
    const reader = new Reader(assembly, at, properties, answer);
    try {
      records.push(reader.read(key));
    } catch (error) {
      if (!(error instanceof Skip)) throw error;
      skipped.push({ key, name: reader.text('Name'), reason: error.message });
    }
  }
  return { records, skipped };
}

interface Declared {
  readonly key: string;
  readonly at: AssemblyResource;
  readonly properties: JsonObject;
}

function declared(assembly: Assembly): Declared[] {
  const single = assembly.resources({ type: 'AWS::Route53::RecordSet' });
  const groups = assembly.resources({ type: 'AWS::Route53::RecordSetGroup' });
  const inGroups = groups.flatMap((group) => {
    const sets = property(group.properties, 'RecordSets');
    return (isJsonList(sets) ? sets : []).flatMap((set, at) =>
      isJsonObject(set) ? [{ key: `${group.key}[${at}]`, at: group, properties: set }] : [],
    );
  });
  return [
    ...single.map((at) => ({ key: at.key, at, properties: at.properties })),
    ...inGroups,
  ].filter(({ at }) => at.included !== false);
}

/** Reads one record set. */
class Reader {
  public constructor(
    private readonly assembly: Assembly,
    private readonly at: AssemblyResource,
    private readonly properties: JsonObject,
    private readonly answer: Answer | undefined,
  ) {}

  public read(key: string): RecordSet {
    const name = normal(this.required('Name'));
    const type = TYPES.find((it) => it === this.text('Type'));
    if (type === undefined) throw new Skip(`records of type ${this.text('Type')} are not served`);
    const healthCheck = this.healthCheck();
    const setIdentifier = this.text('SetIdentifier');
    return {
      key,
      name,
      type,
      ...this.content(type),
      policy: this.policy(),
      ...(setIdentifier !== undefined && { setIdentifier }),
      ...(healthCheck !== undefined && { healthCheck }),
    };
  }

  public text(name: string): string | undefined {
    const value = this.value(property(this.properties, name));
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }

  private required(name: string): string {
    const written = property(this.properties, name);
    const resolution = this.assembly.resolve(written, this.at, this.answer);
    const text = this.text(name);
    if (text !== undefined) return text;
    throw new Skip(`${name}: ${resolution.kind === 'unknown' ? resolution.reason : 'is not text'}`);
  }

  private value(written: Json | undefined): Json | undefined {
    if (written === undefined) return undefined;
    const resolution = this.assembly.resolve(written, this.at, this.answer);
    return resolution.kind === 'unknown' ? undefined : (resolution.value ?? undefined);
  }

  private content(type: RecordType) {
    const alias = property(this.properties, 'AliasTarget');
    if (isJsonObject(alias)) return this.alias(type, alias);
    const values = this.value(property(this.properties, 'ResourceRecords'));
    if (!isJsonList(values)) throw new Skip('ResourceRecords is not known');
    return {
      ttl: Number(this.text('TTL') ?? DEFAULT_TTL),
      values: values.filter((it) => typeof it === 'string'),
      evaluateTargetHealth: false,
    };
  }

  /** An alias to addresses, where the answers give some, or to another name. */
  private alias(type: RecordType, alias: JsonObject) {
    let target: string | undefined;
    const written = property(alias, 'DNSName');
    const resolution = this.assembly.resolve(written, this.at, (symbol) => {
      target ??= symbol.resource;
      return this.answer?.(symbol);
    });
    const health = {
      evaluateTargetHealth: this.value(property(alias, 'EvaluateTargetHealth')) === true,
    };
    const value = resolution.kind === 'unknown' ? undefined : resolution.value;
    if (value === undefined || value === null) {
      throw new Skip(`AliasTarget.DNSName: ${target ?? 'its target'} has no address here`);
    }
    const names = (isJsonList(value) ? value : [value]).filter((it) => typeof it === 'string');
    // CDK asks for both families of a load balancer's addresses by this prefix.
    const bare = names.map((name) => normal(name).replace(/^dualstack\./, ''));
    const addresses = bare.filter((it) => isIP(it) !== 0);
    const owner = target === undefined ? {} : { target };
    if (addresses.length === 0) return { ttl: ALIAS_TTL, values: [], alias: bare[0], ...health };
    const family = type === 'AAAA' ? 6 : 4;
    const values = addresses.filter((it) => isIP(it) === family);
    return { ttl: ALIAS_TTL, values, ...owner, ...health };
  }

  /** Without answers, so that the check stays a symbol and keeps its key. */
  private healthCheck(): string | undefined {
    const written = property(this.properties, 'HealthCheckId');
    if (written === undefined) return undefined;
    const resolution = this.assembly.resolve(written, this.at);
    if (resolution.kind === 'symbol') return resolution.symbol.resource;
    if (resolution.kind === 'unknown') throw new Skip(`HealthCheckId: ${resolution.reason}`);
    return typeof resolution.value === 'string' ? resolution.value : undefined;
  }

  /** The collection stands in a template of its own, and is known by its generated id. */
  private ipBased(networks: JsonObject): RoutingPolicy {
    const name = this.value(property(networks, 'LocationName'));
    if (name === '*') return { kind: 'ip-based', blocks: undefined };
    const id = this.assembly.resolve(property(networks, 'CollectionId'), this.at);
    const collection =
      id.kind === 'symbol' ? this.assembly.resource(id.symbol.resource) : undefined;
    const locations = collection && property(collection.properties, 'Locations');
    const found = (isJsonList(locations) ? locations : [])
      .filter(isJsonObject)
      .find((location) => property(location, 'LocationName') === name);
    const blocks = found && property(found, 'CidrList');
    if (!isJsonList(blocks)) throw new Skip('CidrRoutingConfig: its location is not in a template');
    return { kind: 'ip-based', blocks: blocks.filter((it) => typeof it === 'string') };
  }

  private policy(): RoutingPolicy {
    const [region, weight, failover] = ['Region', 'Weight', 'Failover'].map((it) => this.text(it));
    if (region !== undefined) return { kind: 'latency', region };
    if (weight !== undefined) return { kind: 'weighted', weight: Number(weight) };
    if (failover === 'PRIMARY' || failover === 'SECONDARY') {
      return { kind: 'failover', role: failover };
    }
    const location = this.value(property(this.properties, 'GeoLocation'));
    if (isJsonObject(location)) return geolocation(location);
    const proximity = this.value(property(this.properties, 'GeoProximityLocation'));
    if (isJsonObject(proximity)) return geoproximity(proximity);
    const networks = property(this.properties, 'CidrRoutingConfig');
    if (isJsonObject(networks)) return this.ipBased(networks);
    const many = this.value(property(this.properties, 'MultiValueAnswer'));
    return many === true ? { kind: 'multivalue' } : { kind: 'simple' };
  }
}

function geoproximity(location: JsonObject): RoutingPolicy {
  const [region, place] = [property(location, 'AWSRegion'), property(location, 'Coordinates')];
  const bias = Number(property(location, 'Bias') ?? 0);
  if (typeof region === 'string') return { kind: 'geoproximity', at: { region }, bias };
  if (!isJsonObject(place)) throw new Skip('a Local Zone is not emulated');
  const [latitude, longitude] = ['Latitude', 'Longitude'].map((it) => Number(property(place, it)));
  return { kind: 'geoproximity', at: { latitude: latitude ?? 0, longitude: longitude ?? 0 }, bias };
}

function geolocation(location: JsonObject): RoutingPolicy {
  const [continent, country] = ['ContinentCode', 'CountryCode'].map((it) => property(location, it));
  if (property(location, 'SubdivisionCode') !== undefined) {
    throw new Skip('GeoLocation by subdivision is not emulated');
  }
  return {
    kind: 'geolocation',
    ...(typeof continent === 'string' && { continent }),
    ...(typeof country === 'string' && country !== '*' && { country }),
  };
}

/** Lower case, without the final dot; Route 53 writes the wildcard as `\052`. */
function normal(name: string): string {
  return name
    .toLowerCase()
    .replace(/\.$/, '')
    .replace(/^\\052\./, '*.');
}
