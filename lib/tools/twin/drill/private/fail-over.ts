import type { FailoverEvent } from '../../../operations/failover';
import { failOver } from '../../../operations/failover';
import type { FailoverDrill, FailoverResult } from '../model';
import { Aftermath } from './aftermath';
import { bringBack } from './bring-back';
import { leftByDns } from './dns-left';
import { prepareFault } from './faults';
import type { Snapshot } from './ledger';
import { snapshot } from './ledger';
import { OldWriter } from './old-writer';
import { detectionSeconds, failoverPorts } from './ports';
import { clocksOf, failoverResult } from './result';
import type { Scene } from './scene';
import { pause } from './scene';
import { leaseOf } from './world';

/** Load after users are back. */
const AFTER_MS = 3_000;

/** The flow of a drill in which another Region takes over. */
export class Failover {
  private confirmed = false;

  public constructor(private readonly of: Scene<FailoverDrill>) {}

  public async toEnd(): Promise<FailoverResult> {
    const { hit, world, drill, users, run } = this.of;
    const fault = this.of.arm(await prepareFault(world, drill.fault, hit));
    const figures = this.of.speed();
    fault.strike();
    this.of.timeline.mark('fault', `${drill.fault} of ${hit}`);
    await this.detect();
    const held = await this.decide();
    const own = users.find(([client]) => client.near.name === hit) ?? users[0];
    if (own === undefined) throw new Error('there is nobody');
    const oldWriter = new OldWriter(world, hit, own, run);
    try {
      await this.failOver(oldWriter);
      await this.steerAndReturn();
      const aftermath = new Aftermath(this.of, fault, oldWriter);
      const seen = await aftermath.observe(AFTER_MS, held, this.confirmed);
      const { bringBack: wanted } = this.of.options;
      const returned = wanted === true ? await bringBack(this.of, fault) : undefined;
      return failoverResult(this.of, figures, seen, returned);
    } finally {
      await oldWriter.stop();
    }
  }

  private async detect(): Promise<void> {
    const { world, hit } = this.of;
    const { checks, regions, timeScale } = world.parts;
    const key = regions.find(({ plan }) => plan.name === hit)?.healthCheck ?? '';
    const configured = (detectionSeconds(world, hit) * 1000) / timeScale + leaseOf(world);
    const seen = await this.of.until(2 * configured, () => checks.state(key) === false);
    if (seen)
      this.of.timeline.mark('detected', `the health check of ${hit} says that it is unwell`);
    else this.of.timeline.say('missing', 'no health check noticed');
  }

  /** While the person decides, rows are counted: what a standby holds does not change any more. */
  private async decide(): Promise<Snapshot> {
    const { world, drill, hit, run, control, shards } = this.of;
    const decideMs = (drill.recovery.decideSeconds * 1000) / world.parts.timeScale;
    const decided = pause(decideMs);
    const regions = world.regions.map(({ name }) => name).filter((name) => name !== hit);
    const held = await snapshot(world, control, { shards, regions, run });
    // The lag was that of the lost writer. To follow the new one takes seven round trips of log-in and
    // questions: with the lag on each, the third Region's readers stood still for seconds.
    await world.parts.link.set({ traffic: 'replication' }, { delayMs: undefined });
    await decided;
    this.of.timeline.mark('decided', 'a person decides to fail over');
    return held;
  }

  private async failOver(oldWriter: OldWriter): Promise<void> {
    const { world, control, hit } = this.of;
    const others = world.regions.map(({ name }) => name).filter((name) => name !== hit);
    const ports = failoverPorts(world, control, { operator: others.at(-1) ?? hit, lost: hit });
    const leaseMs = leaseOf(world);
    const onEvent = (event: FailoverEvent) => {
      if (event.kind === 'lease-over') oldWriter.start();
      this.note(event);
    };
    try {
      await failOver(ports, { from: hit, leaseMs, onEvent });
    } catch (error) {
      this.of.timeline.say('refused', error instanceof Error ? error.message : String(error));
    }
  }

  private note(event: FailoverEvent): void {
    const moves = 'moves' in event ? event.moves : [];
    const to = [...new Set(moves.map((move) => move.to))].join(', ');
    switch (event.kind) {
      case 'fenced':
        this.of.timeline.mark('fenced', `the document says fenced, epoch ${event.epoch}`, event.at);
        return;
      case 'closed':
        this.confirmed ||= event.acknowledged;
        this.of.timeline.say(
          'closed',
          `order to close ${event.acknowledged ? '' : 'not '}confirmed`,
        );
        return;
      case 'lease-over':
        this.of.timeline.mark('leaseOver', 'one lease has gone by: nobody may write', event.at);
        return;
      case 'promoted':
        this.of.timeline.mark('promoted', `${to} takes writes`, event.at);
        return;
      case 'homed':
        this.of.timeline.mark('homed', `the document names ${to}`, event.at);
        return;
      case 'steered':
        this.of.timeline.say('switch', `the switch of ${this.of.hit} takes it out of traffic`);
        return;
      default:
        this.of.timeline.say(event.kind, to === '' ? event.kind : `successor: ${to}`);
    }
  }

  private async steerAndReturn(): Promise<void> {
    const { world, load, hit, drill } = this.of;
    const homed = this.of.timeline.at('homed');
    if (homed === undefined) return;
    const { ttlMs } = clocksOf(world, hit, drill);
    const left = await this.of.until(ttlMs, () => leftByDns(world, hit));
    if (left) this.of.timeline.mark('steered', `DNS sends nobody to ${hit}`);
    const lifetime = ttlMs / world.parts.timeScale;
    const first = (region: string) => load.firstAcknowledged(region, homed);
    const all = () => world.regions.every(({ name }) => first(name) !== undefined);
    if (await this.of.until(lifetime, all)) {
      const at = Math.max(...world.regions.map(({ name }) => first(name) ?? 0));
      this.of.timeline.mark('back', 'users of every Region write again', at);
    } else this.of.timeline.say('missing', 'some users do not write again');
  }
}
