import { chooseSuccessor } from './choose';
import { planFailover, readControl } from './plan';
import type { FailoverPlan } from './plan';
import type { FailoverEvent, How, Move, Ports, Topology } from './ports';
import { FailoverRefused } from './refused';
import type { Memory, Step } from './steps';
import { chosen, fenceId, moveId, nextStep } from './steps';

export interface FailoverOptions {
  /** The Region that is lost. */
  readonly from: string;
  /** The servers' lease on the topology document, in milliseconds. */
  readonly leaseMs: number;
  /** Shards to move. @default all that are written in `from` */
  readonly shards?: readonly string[];
  /** Where to. @default the copy that holds most */
  readonly to?: string;
  /** @default failover */
  readonly how?: How;
  /** Whether users are kept away from `from` at the end. @default true */
  readonly steer?: boolean;
  /** Whether somebody else promotes: it ends when nobody writes any more. @default false */
  readonly fenceOnly?: boolean;
  readonly onEvent?: (event: FailoverEvent) => void;
}

const FENCING: readonly Step['kind'][] = ['fence', 'wait-lease'];

/** Changes of the document that others made meanwhile, after which it gives up. */
const CONFLICTS = 20;

/**
 * Carries out a failover that somebody decided on. Run again after a crash, it goes on where it was.
 *
 * Its promise: nothing is promoted before the document says `fenced` in a new epoch and one full
 * lease has gone by since; the document names the new writer before it is promoted; nobody may
 * write before the new writer takes writes.
 *
 * @returns the plan with which it began; empty where only steering was left to do
 * @throws FailoverRefused where it cannot go on safely
 */
export async function failOver(ports: Ports, options: FailoverOptions): Promise<FailoverPlan> {
  const plan = await planFailover(ports, options);
  await new Run(ports, options).toEnd();
  return plan;
}

type EventBody<T = FailoverEvent> = T extends FailoverEvent ? Omit<T, 'at'> : never;

class Run {
  /** By fence: when this run first knew of it. */
  private readonly fencedSince = new Map<string, number>();
  private readonly leaseOver = new Set<string>();
  private readonly promoted = new Set<string>();
  private steered = false;
  private conflicts = 0;

  public constructor(
    private readonly ports: Ports,
    private readonly options: FailoverOptions,
  ) {}

  public async toEnd(): Promise<void> {
    for (;;) {
      const document = await readControl(this.ports.control);
      const { leaseOver, promoted } = this;
      const { from, shards, steer } = this.options;
      const memory: Memory = { leaseOver, promoted, steered: this.steered || steer === false };
      const step = nextStep(document, from, memory, shards);
      if (step.kind === 'done') return;
      if (this.options.fenceOnly === true && !FENCING.includes(step.kind)) return;
      await this.perform(step, document);
    }
  }

  private async perform(step: Step, document: Topology): Promise<void> {
    switch (step.kind) {
      case 'fence':
        if (!(await this.replace(step.next, document))) return;
        for (const shard of step.shards) this.knowFence(step.next, shard);
        this.tell({ kind: 'fenced', shards: step.shards, epoch: step.next.epoch });
        return;
      case 'wait-lease':
        await this.waitLease(step.shards, document);
        return;
      case 'choose':
        await this.choose(step.shards, document);
        return;
      case 'promote':
        await this.promote(step.moves, document);
        return;
      case 'home':
        if (!(await this.replace(step.next, document))) return;
        this.tell({ kind: 'homed', moves: step.moves, epoch: step.next.epoch });
        return;
      case 'steer':
        await this.ports.steering.drain(this.options.from);
        this.steered = true;
        this.tell({ kind: 'steered', region: this.options.from });
        return;
      case 'done':
    }
  }

  /** The old writer is asked to close at once; whether it answers changes nothing but the report. */
  private async waitLease(shards: readonly string[], document: Topology): Promise<void> {
    const { clock, fencer } = this.ports;
    const since = shards.map((shard) => this.knowFence(document, shard));
    const end = Math.max(...since) + this.options.leaseMs;
    const closing = shards.map(async (shard) => {
      const epoch = document.shards[shard]?.epoch ?? 0;
      const acknowledged = await fencer.close(shard, this.options.from, epoch);
      this.tell({ kind: 'closed', shard, acknowledged });
    });
    await clock.sleep(Math.max(0, end - clock.now()));
    // Timers may be early by a fraction of a millisecond.
    while (clock.now() < end) await clock.sleep(1);
    // Whoever does not answer is not waited for.
    void Promise.allSettled(closing);
    for (const shard of shards) this.leaseOver.add(fenceId(document, shard));
    this.tell({ kind: 'lease-over', shards });
  }

  /** Fenced by an earlier run or another one: nobody knows when, but it was not after now. */
  private knowFence(document: Topology, shard: string): number {
    const id = fenceId(document, shard);
    const since = this.fencedSince.get(id) ?? this.ports.clock.now();
    this.fencedSince.set(id, since);
    return since;
  }

  private async choose(shards: readonly string[], document: Topology): Promise<void> {
    const { from, to } = this.options;
    const moves = await Promise.all(
      shards.map(async (shard): Promise<Move> => {
        const members = await this.ports.databases.survey(shard);
        return { shard, to: chooseSuccessor(shard, from, members, to).region };
      }),
    );
    if (await this.replace(chosen(document, moves), document)) this.tell({ kind: 'chosen', moves });
  }

  /** A successor that cannot be reached any more is replaced: it has never served. */
  private async promote(moves: readonly Move[], document: Topology): Promise<void> {
    const { databases } = this.ports;
    const { how = 'failover' } = this.options;
    const lost: string[] = [];
    await Promise.all(
      moves.map(async ({ shard, to }) => {
        const member = (await databases.survey(shard)).find(({ region }) => region === to);
        if (member?.role !== 'writer' && member?.role !== 'standby') lost.push(shard);
      }),
    );
    if (lost.length > 0) {
      await this.choose(lost, document);
      return;
    }
    await Promise.all(moves.map(({ shard, to }) => databases.promote(shard, to, how)));
    for (const move of moves) this.promoted.add(moveId(document, move));
    this.tell({ kind: 'promoted', moves });
  }

  /** @throws FailoverRefused where the table takes no writes, or too many others change it */
  private async replace(next: Topology, { epoch }: Topology): Promise<boolean> {
    let applied: boolean;
    try {
      applied = await this.ports.control.replace(next, epoch);
    } catch (cause) {
      throw new FailoverRefused(
        `the topology document cannot be changed (${String(cause)})`,
        'run the failover from a place that reaches the control table; it goes on where it was',
        { cause },
      );
    }
    if (applied) return true;
    this.conflicts += 1;
    if (this.conflicts >= CONFLICTS) {
      throw new FailoverRefused(
        'others keep changing the topology document',
        'end whatever else changes it, and run the failover again',
      );
    }
    return false;
  }

  private tell(event: EventBody): void {
    this.options.onEvent?.({ ...event, at: this.ports.clock.now() });
  }
}
