import { isIPv6 } from 'node:net';
import type { RecordSet, WireRecord } from '../model';
import { NEGATIVE_TTL, recordData, startOfAuthority } from './record-data';
import { TYPE } from './wire';

const NS_TTL = 172_800;

/** One name's record sets by type, and their data as they stand in a message. */
export type Node = ReadonlyMap<number, readonly RecordSet[]>;

/** The records of one zone, indexed for answering. Replaced as a whole, never changed. */
export class ZoneData {
  public readonly soa: WireRecord;
  public readonly ns: WireRecord;
  private readonly nodes = new Map<string, Map<number, RecordSet[]>>();
  private readonly data = new Map<RecordSet, readonly WireRecord[]>();

  /**
   * @param apex    lower case, without the final dot
   * @param address of the name server
   */
  public constructor(
    public readonly apex: string,
    records: readonly RecordSet[],
    serial: number,
    address: string,
  ) {
    const server = `ns.${apex}`;
    const soa = startOfAuthority(server, `hostmaster.${apex}`, serial);
    this.soa = { owner: apex, type: TYPE.SOA, ttl: NEGATIVE_TTL, data: soa };
    const ns = recordData('NS', server) ?? Buffer.alloc(0);
    this.ns = { type: TYPE.NS, ttl: NS_TTL, data: ns };
    this.addName(apex);
    for (const record of records) this.add(record);
    if (!this.nodes.has(server)) this.add(serverRecord(server, address));
  }

  /** The records of a name, a wildcard's if the name does not exist, or undefined. */
  public find(name: string): Node | undefined {
    const exact = this.nodes.get(name);
    if (exact !== undefined) return exact;
    let parent = name;
    while (parent !== this.apex && parent !== '') {
      parent = parentOf(parent);
      if (this.nodes.has(parent)) return this.nodes.get(`*.${parent}`);
    }
    return undefined;
  }

  public dataOf(set: RecordSet): readonly WireRecord[] {
    return this.data.get(set) ?? [];
  }

  private add(set: RecordSet): void {
    const type = TYPE[set.type];
    const node = this.addName(set.name);
    const sets = node.get(type);
    if (sets === undefined) node.set(type, [set]);
    else sets.push(set);
    const data = set.values.map((value) => recordData(set.type, value));
    this.data.set(
      set,
      data.filter((it) => it !== undefined).map((it) => ({ type, ttl: set.ttl, data: it })),
    );
  }

  /** A name exists with everything above it: those answer "no such record", not "no such name". */
  private addName(name: string): Map<number, RecordSet[]> {
    const node = this.nodes.get(name) ?? new Map<number, RecordSet[]>();
    this.nodes.set(name, node);
    for (let parent = name; parent !== this.apex;) {
      parent = parentOf(parent);
      if (this.nodes.has(parent)) break;
      this.nodes.set(parent, new Map());
    }
    return node;
  }
}

export function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

function serverRecord(name: string, address: string): RecordSet {
  return {
    key: 'name server',
    name,
    type: isIPv6(address) ? 'AAAA' : 'A',
    ttl: NS_TTL,
    values: [address],
    evaluateTargetHealth: false,
    policy: { kind: 'simple' },
  };
}
