import { isIP } from 'node:net';
import { REGIONS } from '../../../../config/regions';
import type { Assembly, AssemblyResource, Json, JsonObject } from '../../../assembly';
import { isJsonList, isJsonObject, property } from '../../../assembly';
import type { Coordinates } from './sphere';

/** What a record's answer is. */
export type Target =
  | { readonly kind: 'balancer'; readonly key: string; readonly region: string }
  | { readonly kind: 'distribution'; readonly key: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'values'; readonly values: readonly string[] };

export type Policy =
  | { readonly kind: 'simple' | 'multivalue' }
  | { readonly kind: 'latency'; readonly at: Coordinates }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'failover'; readonly primary: boolean }
  | { readonly kind: 'geolocation'; readonly continent?: string; readonly country?: string }
  | { readonly kind: 'geoproximity'; readonly at: Coordinates; readonly bias: number }
  /** Without blocks it is the default location. */
  | { readonly kind: 'ip-based'; readonly blocks: readonly string[] | undefined };

export interface RoutedRecord {
  /** `STACK_ID/LOGICAL_ID`, with `[n]` for a member of a group. */
  readonly key: string;
  readonly name: string;
  readonly target: Target;
  readonly policy: Policy;
  /** Key of the health check. */
  readonly check: string | undefined;
  /** Whether the health of what an alias points to counts. */
  readonly followsTarget: boolean;
}

/** Records for IPv4 addresses by name, and those that could not be read. */
export interface RecordIndex {
  readonly byName: ReadonlyMap<string, readonly RoutedRecord[]>;
  readonly unread: readonly {
    readonly record: string;
    readonly name: string;
    readonly reason: string;
  }[];
}

class Unreadable extends Error {}

/** Reads what the templates say about names, without knowing any address. */
export function readRecords(assembly: Assembly): RecordIndex {
  const byName = new Map<string, RoutedRecord[]>();
  const unread: { record: string; name: string; reason: string }[] = [];
  for (const { key, at, written } of declared(assembly)) {
    const reader = new RecordReader(assembly, at, written);
    const name = normal(reader.text('Name') ?? '');
    if (!['A', 'CNAME'].includes(reader.text('Type') ?? '')) continue;
    try {
      const record = { key, name, ...reader.read() };
      byName.set(name, [...(byName.get(name) ?? []), record]);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      unread.push({ record: key, name, reason: error.message });
    }
  }
  return { byName, unread };
}

interface Declared {
  readonly key: string;
  readonly at: AssemblyResource;
  readonly written: JsonObject;
}

function declared(assembly: Assembly): readonly Declared[] {
  return assembly.resources().flatMap((at): readonly Declared[] => {
    if (at.included === false) return [];
    if (at.type === 'AWS::Route53::RecordSet') {
      return [{ key: at.key, at, written: at.properties }];
    }
    if (at.type !== 'AWS::Route53::RecordSetGroup') return [];
    const sets = property(at.properties, 'RecordSets');
    return (isJsonList(sets) ? sets : []).flatMap((written, index) =>
      isJsonObject(written) ? [{ key: `${at.key}[${index}]`, at, written }] : [],
    );
  });
}

/** Lower case, without the final dot. */
export function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

class RecordReader {
  public constructor(
    private readonly assembly: Assembly,
    private readonly at: AssemblyResource,
    private readonly written: JsonObject,
  ) {}

  public text(name: string): string | undefined {
    const value = this.value(property(this.written, name));
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }

  public read(): Omit<RoutedRecord, 'key' | 'name'> {
    const alias = property(this.written, 'AliasTarget');
    const followsTarget =
      isJsonObject(alias) && this.value(property(alias, 'EvaluateTargetHealth')) === true;
    const target = isJsonObject(alias) ? this.alias(alias) : this.values();
    return { target, policy: this.policy(), check: this.check(), followsTarget };
  }

  private value(written: Json | undefined): Json | undefined {
    if (written === undefined) return undefined;
    const resolution = this.assembly.resolve(written, this.at);
    return resolution.kind === 'unknown' ? undefined : (resolution.value ?? undefined);
  }

  /** An alias names what AWS generates, so the resource behind it is caught on the way. */
  private alias(alias: JsonObject): Target {
    const seen: string[] = [];
    const written = property(alias, 'DNSName');
    const resolution = this.assembly.resolve(written, this.at, ({ resource }) => {
      seen.push(resource);
      return 'generated.invalid';
    });
    // A reference by itself stays a symbol; within a text it was caught above.
    if (resolution.kind === 'symbol') seen.push(resolution.symbol.resource);
    const resource = seen[0] === undefined ? undefined : this.assembly.resource(seen[0]);
    if (resource?.type === 'AWS::ElasticLoadBalancingV2::LoadBalancer') {
      return { kind: 'balancer', key: resource.key, region: resource.stack.region };
    }
    if (resource?.type === 'AWS::CloudFront::Distribution') {
      return { kind: 'distribution', key: resource.key };
    }
    const name = resource === undefined ? this.value(written) : undefined;
    if (typeof name === 'string') return { kind: 'name', name: normal(name) };
    throw new Unreadable(`its alias leads to ${resource?.type ?? 'nothing that is known'}`);
  }

  private values(): Target {
    const values = this.value(property(this.written, 'ResourceRecords'));
    const texts = (isJsonList(values) ? values : []).filter((it) => typeof it === 'string');
    const [first] = texts;
    if (first === undefined) throw new Unreadable('its values are not known');
    return isIP(first) === 0
      ? { kind: 'name', name: normal(first) }
      : { kind: 'values', values: texts };
  }

  private check(): string | undefined {
    const written = property(this.written, 'HealthCheckId');
    if (written === undefined) return undefined;
    const resolution = this.assembly.resolve(written, this.at);
    if (resolution.kind === 'symbol') return resolution.symbol.resource;
    return resolution.kind === 'known' && typeof resolution.value === 'string'
      ? resolution.value
      : undefined;
  }

  private policy(): Policy {
    const [region, weight, failover] = ['Region', 'Weight', 'Failover'].map((it) => this.text(it));
    if (region !== undefined) return { kind: 'latency', at: placeOf(region) };
    if (weight !== undefined) return { kind: 'weighted', weight: Number(weight) };
    if (failover !== undefined) return { kind: 'failover', primary: failover === 'PRIMARY' };
    const [location, proximity, cidr] = [
      'GeoLocation',
      'GeoProximityLocation',
      'CidrRoutingConfig',
    ].map((it) => this.value(property(this.written, it)));
    if (isJsonObject(location)) return geolocation(location);
    if (isJsonObject(proximity)) return geoproximity(proximity);
    if (cidr !== undefined || property(this.written, 'CidrRoutingConfig') !== undefined) {
      return this.ipBased();
    }
    const many = this.value(property(this.written, 'MultiValueAnswer')) === true;
    return { kind: many ? 'multivalue' : 'simple' };
  }

  /** The collection is a resource of the same assembly, named by its generated id. */
  private ipBased(): Policy {
    const config = property(this.written, 'CidrRoutingConfig');
    const [id, locationName] = isJsonObject(config)
      ? [property(config, 'CollectionId'), this.value(property(config, 'LocationName'))]
      : [undefined, undefined];
    if (locationName === '*') return { kind: 'ip-based', blocks: undefined };
    const resolution = this.assembly.resolve(id, this.at);
    const collection =
      resolution.kind === 'symbol' ? this.assembly.resource(resolution.symbol.resource) : undefined;
    const locations = collection && property(collection.properties, 'Locations');
    const location = (isJsonList(locations) ? locations : [])
      .filter(isJsonObject)
      .find((it) => it['LocationName'] === locationName);
    const blocks = location && property(location, 'CidrList');
    if (!isJsonList(blocks)) throw new Unreadable('its CIDR location is not in the templates');
    return { kind: 'ip-based', blocks: blocks.filter((it) => typeof it === 'string') };
  }
}

function geolocation(location: JsonObject): Policy {
  if (property(location, 'SubdivisionCode') !== undefined) {
    throw new Unreadable('it is for a subdivision, and countries here have none');
  }
  const [continent, country] = [location['ContinentCode'], location['CountryCode']];
  return {
    kind: 'geolocation',
    ...(typeof continent === 'string' && { continent }),
    ...(typeof country === 'string' && country !== '*' && { country }),
  };
}

function geoproximity(location: JsonObject): Policy {
  const bias = Number(location['Bias'] ?? 0);
  const [region, coordinates] = [location['AWSRegion'], location['Coordinates']];
  if (typeof region === 'string') return { kind: 'geoproximity', at: placeOf(region), bias };
  if (!isJsonObject(coordinates)) throw new Unreadable('its place is neither Region nor point');
  const [latitude, longitude] = [coordinates['Latitude'], coordinates['Longitude']].map(Number);
  return {
    kind: 'geoproximity',
    at: { latitude: latitude ?? NaN, longitude: longitude ?? NaN },
    bias,
  };
}

function placeOf(region: string): Coordinates {
  const facts = Object.hasOwn(REGIONS, region) ? REGIONS[region] : undefined;
  if (facts === undefined) throw new Unreadable(`where ${region} is, is not known`);
  return { latitude: facts.latitude, longitude: facts.longitude };
}
