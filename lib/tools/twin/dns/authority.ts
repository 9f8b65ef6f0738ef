import type { Answer, ClientLocation, Coordinates, Health } from './model';
import type { Question, RecordSet, WireRecord } from './model';
import { minimalAny } from './private/record-data';
import { choose } from './private/routing';
import { RCODE, TYPE } from './private/wire';
import { parentOf, ZoneData } from './private/zone-data';

export interface AuthorityOptions {
  /** Names of the zones that are answered for. */
  readonly zones: readonly string[];
  readonly records: readonly RecordSet[];
  /** By Region. */
  readonly coordinates: Readonly<Record<string, Coordinates>>;
  /** Address of the name server itself. */
  readonly address: string;
  /** Where an address is. */
  locate(address: string): ClientLocation;
  /** @default everything is healthy */
  readonly healthy?: Health;
  /** A number from 0 to below 1. @default Math.random */
  readonly random?: () => number;
}

/** Longest chain of aliases that is followed; a longer one is a circle. */
const LONGEST_CHAIN = 8;
const ANY_TTL = 3789;

/** State of one answer. */
interface Asking {
  readonly zone: ZoneData;
  readonly address: string;
  byLocation: boolean;
}

/** Answers for zones as Route 53 would: pure of sockets, so that tests can ask it directly. */
export class Authority {
  private zones = new Map<string, ZoneData>();
  private serial = 0;

  public constructor(private readonly options: AuthorityOptions) {
    this.setRecords(options.records);
  }

  /** Replaces all records; those outside the zones are left out. */
  public setRecords(records: readonly RecordSet[]): void {
    this.serial += 1;
    const apexes = this.options.zones.map((zone) => zone.toLowerCase().replace(/\.$/, ''));
    const zoneNames = new Set(apexes);
    this.zones = new Map(
      apexes.map((apex) => {
        const own = records.filter((record) => zoneOf(record.name, zoneNames) === apex);
        return [apex, new ZoneData(apex, own, this.serial, this.options.address)];
      }),
    );
  }

  /** @param client address of the client, or of the network that its resolver told */
  public answer(question: Question, client: string): Answer {
    const name = question.name.toLowerCase();
    const zone = this.zones.get(zoneOf(name, this.zones) ?? '');
    const refused = question.type === TYPE.AXFR || question.type === TYPE.IXFR;
    if (zone === undefined || refused) return code(RCODE.REFUSED);
    const asking: Asking = { zone, address: client, byLocation: false };
    const node = zone.find(name);
    if (node === undefined) return { ...code(RCODE.NXDOMAIN), soa: zone.soa };
    const records = this.records(name, question.type, asking);
    const { byLocation } = asking;
    return records.length > 0
      ? { rcode: RCODE.NOERROR, records, byLocation }
      : { rcode: RCODE.NOERROR, records, soa: zone.soa, byLocation };
  }

  private records(name: string, type: number, asking: Asking): readonly WireRecord[] {
    const { zone } = asking;
    if (type === TYPE.ANY) return [{ type: TYPE.HINFO, ttl: ANY_TTL, data: minimalAny() }];
    if (name === zone.apex && type === TYPE.SOA) return [zone.soa];
    if (name === zone.apex && type === TYPE.NS) return [zone.ns];
    const answers: WireRecord[] = [];
    let owner: string | undefined;
    for (let link = 0, at = name; link < LONGEST_CHAIN; link += 1) {
      const own = this.expand(at, type, asking, 0);
      answers.push(...own.map((record) => owned(record, owner)));
      if (own.length > 0 || type === TYPE.CNAME) return answers;
      const next = this.cname(at, asking);
      if (next === undefined) return answers;
      answers.push(owned(next.record, owner));
      owner = at = next.target;
    }
    return answers;
  }

  /** Follows a CNAME as far as the same zone goes. */
  private cname(name: string, asking: Asking) {
    const set = this.chosen(name, TYPE.CNAME, asking, 0)[0];
    const record = set && asking.zone.dataOf(set)[0];
    const target = set?.values[0]?.toLowerCase().replace(/\.$/, '');
    return record === undefined || target === undefined ? undefined : { record, target };
  }

  private expand(name: string, type: number, asking: Asking, depth: number): readonly WireRecord[] {
    if (depth >= LONGEST_CHAIN) return [];
    return this.chosen(name, type, asking, depth).flatMap((set) =>
      set.alias === undefined
        ? asking.zone.dataOf(set)
        : this.expand(set.alias, type, asking, depth + 1),
    );
  }

  private chosen(name: string, type: number, asking: Asking, depth: number): readonly RecordSet[] {
    const sets = asking.zone.find(name)?.get(type);
    if (sets === undefined) return [];
    return choose(sets, {
      isHealthy: (set) => this.isHealthy(set, type, asking.zone, depth),
      location: () => {
        asking.byLocation = true;
        return this.options.locate(asking.address);
      },
      coordinates: (region) =>
        Object.hasOwn(this.options.coordinates, region)
          ? this.options.coordinates[region]
          : undefined,
      address: () => {
        asking.byLocation = true;
        return asking.address;
      },
      random: this.options.random ?? Math.random,
    });
  }

  /** A set's own check and, where it asks for it, the health of what its alias points to. */
  private isHealthy(set: RecordSet, type: number, zone: ZoneData, depth: number): boolean {
    const { healthCheck, evaluateTargetHealth, target, alias } = set;
    const says = (key: string | undefined) =>
      key === undefined || (this.options.healthy?.(key) ?? true);
    if (!says(healthCheck)) return false;
    if (!evaluateTargetHealth) return true;
    if (!says(target)) return false;
    const behind = alias === undefined ? undefined : zone.find(alias)?.get(type);
    if (behind === undefined || depth >= LONGEST_CHAIN) return true;
    return behind.some((it) => this.isHealthy(it, type, zone, depth + 1));
  }
}

function code(rcode: number): Answer {
  return { rcode, records: [], byLocation: false };
}

function owned(record: WireRecord, owner: string | undefined): WireRecord {
  return owner === undefined ? record : { ...record, owner };
}

/** The longest zone that a name is in. */
function zoneOf(name: string, zones: { has(zone: string): boolean }): string | undefined {
  for (let at = name; at !== ''; at = parentOf(at)) if (zones.has(at)) return at;
  return undefined;
}
