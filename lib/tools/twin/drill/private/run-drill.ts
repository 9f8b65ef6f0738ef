import { randomBytes } from 'node:crypto';
import type { FailoverEvent } from '../../../operations/failover';
import { failOver } from '../../../operations/failover';
import type { Twin } from '../../run';
import type { Drill, DrillEvent, DrillResult, LoadFigures } from '../model';
import { Aftermath } from './aftermath';
import { ControlClient } from './control';
import { leftByDns } from './dns-left';
import type { Fault } from './faults';
import { prepareFault } from './faults';
import type { Snapshot } from './ledger';
import { snapshot } from './ledger';
import { enroll, LoadGenerator, rampSeconds } from './load';
import { OldWriter } from './old-writer';
import { detectionSeconds, failoverPorts } from './ports';
import { ReadProbe } from './reads';
import { DrillRefused } from './refused';
import { clocksOf, result } from './result';
import { Timeline } from './timeline';
import { until } from './until';
import type { World } from './world';
import { leaseOf, worldOf } from './world';

export interface DrillOptions {
  /** Told what happens, as it happens. */
  readonly onEvent?: (event: DrillEvent) => void;
  /** Writes per second in place of the drill's own. */
  readonly writesPerSecond?: number;
  /** Aborted where somebody ends the drill: what stands still is woken up at once. */
  readonly signal?: AbortSignal;
}

/** Load before the fault is measured for so long, in milliseconds. */
const MEASURED_MS = 3_000;
/** Longest time for processes that have just started to get up to speed, in milliseconds. */
const WARM_MS = 45_000;
/** Part of the load that tells that they have. */
const UP_TO_SPEED = 0.95;
/** Load after users are back. */
const AFTER_MS = 3_000;
/** What the machinery may take beyond all configured times before the drill gives up. */
const SLACK_MS = 25_000;

/**
 * Runs a drill in a twin that is ready and well, to its end: it needs no longer than its configured
 * times and about a minute. The twin goes on without the Region that was hit.
 *
 * @throws DrillRefused where the drill cannot be run in this twin; nothing has been broken then
 */
export async function runDrill(
  twin: Pick<Twin, 'parts'>,
  drill: Drill,
  options: DrillOptions = {},
): Promise<DrillResult> {
  await until(WARM_MS, () => isWell(twin.parts), options.signal);
  const world = worldOf(twin.parts);
  const control = new ControlClient(world.parts.control, world.topologyTable);
  const { directory, shards: all } = await control.read();
  const shards = Object.keys(all).filter((name) => all[name]?.home === directory.home);
  const run = `drill${randomBytes(4).toString('hex')}`;
  const users = await enroll(world, run);
  await world.parts.link.delay('replication', drill.setup.replicationDelayMs);
  const load = new LoadGenerator(
    {
      ...{ run, home: directory.home, shareOfHome: drill.load.shareOfHome },
      writesPerSecond: options.writesPerSecond ?? drill.load.writesPerSecond,
    },
    users,
  );
  const hit = directory.home;
  const reads = new ReadProbe(world, load);
  const going = new Going({ world, control, drill, run, users, load, reads, hit, shards, options });
  try {
    return await going.toEnd();
  } finally {
    await going.clean();
  }
}

export interface Surroundings {
  readonly world: World;
  readonly control: ControlClient;
  readonly drill: Drill;
  readonly run: string;
  readonly users: Awaited<ReturnType<typeof enroll>>;
  readonly load: LoadGenerator;
  readonly reads: ReadProbe;
  /** Region that is hit: it writes these shards, and the directory of names. */
  readonly hit: string;
  readonly shards: readonly string[];
  readonly options: DrillOptions;
}

/** A drill under way. */
class Going {
  private readonly timeline: Timeline;
  private fault: Fault | undefined;
  private confirmed = false;

  public constructor(private readonly of: Surroundings) {
    this.timeline = new Timeline(of.load.startedAt, (event) => of.options.onEvent?.(event));
    of.options.signal?.addEventListener('abort', () => {
      this.fault?.end();
    });
  }

  public async toEnd(): Promise<DrillResult> {
    const { hit, world, drill, users, run } = this.of;
    this.timeline.say('load', `${drill.summary}; ${hit} is going to be hit`);
    await this.warmUp();
    this.fault = await prepareFault(world, drill.fault, hit);
    if (this.of.options.signal?.aborted === true) this.fault.end();
    const figures = this.speed();
    this.fault.strike();
    this.timeline.mark('fault', `${drill.fault} of ${hit}`);
    await this.detect();
    const held = await this.decide();
    const own = users.find(([client]) => client.near.name === hit) ?? users[0];
    if (own === undefined) throw new Error('there is nobody');
    const oldWriter = new OldWriter(world, hit, own, run);
    await this.failOver(oldWriter);
    await this.steerAndReturn();
    const aftermath = new Aftermath(this.of, this.timeline, this.fault, oldWriter);
    const seen = await aftermath.observe(AFTER_MS, held, this.confirmed);
    return result(this.of, this.timeline, figures, seen);
  }

  /** What the drill changed in the twin; what it broke stays broken. */
  public async clean(): Promise<void> {
    const { world, users, load, reads } = this.of;
    await Promise.all([load.stop(0), reads.stop()]);
    this.fault?.end();
    await world.parts.link.delay('replication', undefined).catch(() => undefined);
    for (const [client] of users) client.close();
  }

  /** @throws DrillRefused where a Region is unwell before anything has been broken */
  private async warmUp(): Promise<void> {
    const well = () => isWell(this.of.world.parts);
    await pause(rampSeconds(this.wanted()) * 1000 + MEASURED_MS);
    const fast = () => this.speed().acknowledgedPerSecond >= UP_TO_SPEED * this.wanted();
    await until(WARM_MS, () => well() && fast(), this.of.options.signal);
    if (await until(WARM_MS, well, this.of.options.signal)) return;
    const reason = 'a Region is unwell under the load, before anything has been broken';
    throw new DrillRefused(reason, 'ask for fewer writes with --rate, or for a quieter machine');
  }

  private speed(): LoadFigures {
    const now = performance.now();
    return this.of.load.figures(now - MEASURED_MS, now);
  }

  private wanted(): number {
    const { drill, options } = this.of;
    return options.writesPerSecond ?? drill.load.writesPerSecond;
  }

  private async detect(): Promise<void> {
    const { world, hit } = this.of;
    const { checks, regions, timeScale } = world.parts;
    const key = regions.find(({ plan }) => plan.name === hit)?.healthCheck ?? '';
    const configured = (detectionSeconds(world, hit) * 1000) / timeScale + leaseOf(world);
    const seen = await this.until(2 * configured, () => checks.state(key) === false);
    if (seen) this.timeline.mark('detected', `the health check of ${hit} says that it is unwell`);
    else this.timeline.say('missing', 'no health check noticed');
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
    await world.parts.link.delay('replication', undefined);
    await decided;
    this.timeline.mark('decided', 'a person decides to fail over');
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
      this.timeline.say('refused', error instanceof Error ? error.message : String(error));
    }
  }

  private note(event: FailoverEvent): void {
    const moves = 'moves' in event ? event.moves : [];
    const to = [...new Set(moves.map((move) => move.to))].join(', ');
    switch (event.kind) {
      case 'fenced':
        this.timeline.mark('fenced', `the document says fenced, epoch ${event.epoch}`, event.at);
        return;
      case 'closed':
        this.confirmed ||= event.acknowledged;
        this.timeline.say('closed', `order to close ${event.acknowledged ? '' : 'not '}confirmed`);
        return;
      case 'lease-over':
        this.timeline.mark('leaseOver', 'one lease has gone by: nobody may write', event.at);
        return;
      case 'promoted':
        this.timeline.mark('promoted', `${to} takes writes`, event.at);
        return;
      case 'homed':
        this.timeline.mark('homed', `the document names ${to}`, event.at);
        return;
      default:
        this.timeline.say(event.kind, to === '' ? event.kind : `successor: ${to}`);
    }
  }

  private async steerAndReturn(): Promise<void> {
    const { world, load, hit, drill } = this.of;
    const homed = this.timeline.at('homed');
    if (homed === undefined) return;
    const { ttlMs } = clocksOf(world, hit, drill);
    const left = await this.until(ttlMs, () => leftByDns(world, hit));
    if (left) this.timeline.mark('steered', `DNS sends nobody to ${hit}`);
    const lifetime = ttlMs / world.parts.timeScale;
    const first = (region: string) => load.firstAcknowledged(region, homed);
    const all = () => world.regions.every(({ name }) => first(name) !== undefined);
    if (await this.until(lifetime, all)) {
      const at = Math.max(...world.regions.map(({ name }) => first(name) ?? 0));
      this.timeline.mark('back', 'users of every Region write again', at);
    } else this.timeline.say('missing', 'some users do not write again');
  }

  private until(configuredMs: number, condition: () => boolean): Promise<boolean> {
    return until(configuredMs + SLACK_MS, condition, this.of.options.signal);
  }
}

/** Whether DNS sends users to every Region. */
function isWell({ regions, checks }: Twin['parts']): boolean {
  return regions.every(({ healthCheck }) => checks.state(healthCheck ?? '') === true);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
