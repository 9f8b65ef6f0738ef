import { randomBytes } from 'node:crypto';
import type { Twin } from '../../run';
import type { DrillBase, DrillEvent, LoadFigures, WhatIf } from '../model';
import { ControlClient } from './control';
import type { Fault } from './faults';
import { enroll, LoadGenerator, rampSeconds } from './load';
import { ReadProbe } from './reads';
import { DrillRefused } from './refused';
import { Timeline } from './timeline';
import { until } from './until';
import type { World } from './world';
import { worldOf } from './world';

export interface DrillOptions {
  /** Told what happens, as it happens. */
  readonly onEvent?: (event: DrillEvent) => void;
  /** Writes per second in place of the drill's own. */
  readonly writesPerSecond?: number;
  /** Whether the Region that was hit is brought back as a secondary after a failover. @default false */
  readonly bringBack?: boolean;
  /** What is other than the templates declare, while the drill lasts. @default nothing */
  readonly whatIf?: WhatIf;
  /** Aborted where somebody ends the drill: what stands still is woken up at once. */
  readonly signal?: AbortSignal;
}

/** Load before the fault is measured for so long, in milliseconds. */
const MEASURED_MS = 3_000;
/** Longest time for processes that have just started to get up to speed, in milliseconds. */
const WARM_MS = 75_000;
/** Part of the load that tells that they have. */
const UP_TO_SPEED = 0.95;
/** What the machinery may take beyond all configured times before the drill gives up. */
const SLACK_MS = 25_000;

/** What every drill stands on: users and their load in a twin that is well, a timeline, and faults that end. */
export class Scene<D extends DrillBase = DrillBase> {
  public readonly timeline: Timeline;
  private readonly faults: Fault[] = [];

  private constructor(
    public readonly drill: D,
    public readonly options: DrillOptions,
    public readonly world: World,
    public readonly control: ControlClient,
    /** Prefix of all ids of this run. */
    public readonly run: string,
    public readonly users: Awaited<ReturnType<typeof enroll>>,
    public readonly load: LoadGenerator,
    public readonly reads: ReadProbe,
    /** Region that writes these shards, and the directory of names; hit, where no other is. */
    public readonly hit: string,
    public readonly shards: readonly string[],
    /** Region that the fault strikes. */
    public readonly struck: string,
  ) {
    this.timeline = new Timeline(load.startedAt, (event) => {
      if (options.signal?.aborted !== true) options.onEvent?.(event);
    });
    options.signal?.addEventListener('abort', () => {
      this.endFaults();
    });
  }

  /**
   * Sets the scene in a twin that is ready and well; the load begins.
   *
   * @throws DrillRefused where the drill cannot be run in this twin; nothing has been broken then
   */
  public static async set<D extends DrillBase>(
    twin: Pick<Twin, 'parts'>,
    drill: D,
    options: DrillOptions,
  ): Promise<Scene<D>> {
    await until(WARM_MS, () => isWell(twin.parts), options.signal);
    const world = worldOf(twin.parts);
    const control = new ControlClient(world.parts.control, world.topologyTable);
    const { directory, shards: all } = await control.read();
    const shards = Object.keys(all).filter((name) => all[name]?.home === directory.home);
    const run = `drill${randomBytes(4).toString('hex')}`;
    const users = await enroll(world, run);
    const { home: hit } = directory;
    const other = world.regions.find(({ name }) => name !== hit)?.name ?? hit;
    const struck = drill.setup.strikes === 'another' ? other : hit;
    // A lag would be waited for by each write: then the distance is enough.
    const lag = options.whatIf === undefined ? drill.setup.replicationDelayMs : undefined;
    await world.parts.link.set({ traffic: 'replication' }, { delayMs: lag });
    const load = new LoadGenerator(
      {
        ...{ run, home: struck, shareOfHome: drill.load.shareOfHome },
        writesPerSecond: options.writesPerSecond ?? drill.load.writesPerSecond,
      },
      users,
    );
    const reads = new ReadProbe(world, load);
    return new Scene(drill, options, world, control, run, users, load, reads, hit, shards, struck);
  }

  /** @throws DrillRefused where a Region is unwell before anything has been broken */
  public async warmUp(): Promise<void> {
    this.timeline.say('load', `${this.drill.summary}; ${this.struck} is going to be hit`);
    const well = () => isWell(this.world.parts);
    await pause(rampSeconds(this.wanted()) * 1000 + MEASURED_MS);
    const fast = () => this.speed().acknowledgedPerSecond >= UP_TO_SPEED * this.wanted();
    await until(WARM_MS, () => well() && fast(), this.options.signal);
    if (await until(WARM_MS, well, this.options.signal)) return;
    const reason = 'a Region is unwell under the load, before anything has been broken';
    throw new DrillRefused(reason, 'ask for fewer writes with --rate, or for a quieter machine');
  }

  /** A fault that ends with the drill at the latest, and does not strike in one that was ended. */
  public arm(fault: Fault): Fault {
    this.faults.push(fault);
    if (this.options.signal?.aborted === true) fault.end();
    return fault;
  }

  /** Of the last seconds. */
  public speed(): LoadFigures {
    const now = performance.now();
    return this.load.figures(now - MEASURED_MS, now);
  }

  /** Waits for what takes so long as configured, and for what the machinery needs beyond. */
  public until(configuredMs: number, condition: () => boolean | Promise<boolean>) {
    return until(configuredMs + SLACK_MS, condition, this.options.signal);
  }

  /** What the drill changed in the twin; what it broke stays broken. */
  public async clean(): Promise<void> {
    await Promise.all([this.load.stop(0), this.reads.stop()]);
    this.endFaults();
    const { link } = this.world.parts;
    await link.set({ traffic: 'replication' }, { delayMs: undefined }).catch(() => undefined);
    for (const [client] of this.users) client.close();
  }

  private wanted(): number {
    return this.options.writesPerSecond ?? this.drill.load.writesPerSecond;
  }

  private endFaults(): void {
    for (const fault of this.faults) fault.end();
  }
}

/** Whether DNS sends users to every Region. */
function isWell({ regions, checks }: Twin['parts']): boolean {
  return regions.every(({ healthCheck }) => checks.state(healthCheck ?? '') === true);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
