import type {
  FailoverEvent,
  Member,
  Ports,
  ShardRecord,
  Topology,
} from '../../../../../lib/tools/operations/failover';

export const LEASE_MS = 1_000;
export const OLD = 'eu-central-1';
export const NEAR = 'us-east-2';
export const FAR = 'ap-northeast-1';

/** Which call of a port fails, and whether it had its effect before. */
export interface Fault {
  readonly call: number;
  readonly after: boolean;
}

export class Crash extends Error {}

/**
 * A world of fakes that keeps the promise itself: it throws where a database is promoted that may not
 * be. Time passes only while somebody sleeps, plus a millisecond a call.
 */
export class World {
  public document: Topology;
  public readonly members: Record<string, Member[]> = {};
  public readonly promotions: string[] = [];
  public readonly drained: string[] = [];
  public readonly events: FailoverEvent[] = [];
  /** Set where somebody else changes the document under the failover. */
  public meddle: (() => void) | undefined;
  public faults: Fault[] = [];
  public calls: string[] = [];
  private time = 0;
  private readonly fencedAt = new Map<string, number>();

  public constructor(shards: readonly string[] = ['s0']) {
    this.document = {
      epoch: 7,
      directory: { home: OLD },
      shards: Object.fromEntries(shards.map((name) => [name, record()])),
    };
    for (const name of shards) {
      this.members[name] = [
        { region: OLD, role: 'unreachable', position: 0n },
        { region: NEAR, role: 'standby', position: 200n },
        { region: FAR, role: 'standby', position: 100n },
      ];
    }
  }

  public get ports(): Ports {
    return {
      control: {
        read: () => this.call('read', () => this.document),
        replace: (next, expected) =>
          this.call('replace', () => {
            this.meddle?.();
            if (this.document.epoch !== expected) return false;
            this.note(next);
            this.document = next;
            return true;
          }),
      },
      databases: {
        survey: (shard) => this.call('survey', () => this.members[shard] ?? []),
        promote: (shard, region) =>
          this.call('promote', () => {
            this.promote(shard, region);
          }),
      },
      fencer: { close: () => Promise.resolve(false) },
      steering: { drain: (region) => this.call('drain', () => void this.drained.push(region)) },
      clock: {
        now: () => this.time,
        sleep: (ms) => {
          this.time += ms;
          return Promise.resolve();
        },
      },
    };
  }

  public set(shard: string, region: string, change: Partial<Member>): void {
    this.members[shard] = (this.members[shard] ?? []).map((member) =>
      member.region === region ? { ...member, ...change } : member,
    );
  }

  /** What the shard is now. */
  public shard(name = 's0'): ShardRecord | undefined {
    return this.document.shards[name];
  }

  public note(next: Topology): void {
    for (const [name, { state, epoch }] of Object.entries(next.shards)) {
      const id = `${name}@${epoch}`;
      if (state === 'fenced' && !this.fencedAt.has(id)) this.fencedAt.set(id, this.time);
    }
  }

  private promote(shard: string, region: string): void {
    const now = this.shard(shard);
    const since = this.fencedAt.get(`${shard}@${now?.epoch ?? 0}`) ?? Infinity;
    if (now?.state !== 'fenced') throw new Error('promoted a shard that is not fenced');
    if (!(this.time - since >= LEASE_MS)) throw new Error('promoted before a lease had gone by');
    if (now.successor !== region) throw new Error('promoted a successor that is not written down');
    const member = this.members[shard]?.find((it) => it.region === region);
    if (member === undefined || member.role === 'unreachable') throw new Error('not reachable');
    if (member.role === 'writer') return;
    this.promotions.push(`${shard} ${region}`);
    this.set(shard, region, { role: 'writer' });
  }

  /** In the turn of the caller, as with a table that serializes its writes. */
  private call<T>(name: string, effect: () => T): Promise<T> {
    this.time += 1;
    this.calls.push(name);
    const fault = this.faults.find(({ call }) => call === this.calls.length);
    return new Promise((resolve) => {
      if (fault !== undefined && !fault.after) throw new Crash(name);
      const value = effect();
      if (fault !== undefined) throw new Crash(name);
      resolve(value);
    });
  }
}

function record(): ShardRecord {
  return { home: OLD, state: 'serving', epoch: 3 };
}
