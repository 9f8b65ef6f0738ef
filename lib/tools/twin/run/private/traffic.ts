import type { TrafficCount } from '../../gateway';
import type { Child } from './children';

/** Requests that a Region's load balancer answered, each second. */
export interface Traffic {
  readonly requestsPerSecond: number;
  readonly writesPerSecond: number;
  readonly failedPerSecond: number;
  /** What answers took on average, in milliseconds; null where there was none. */
  readonly meanMs: number | null;
}

interface Sample {
  readonly at: number;
  readonly count: TrafficCount;
}

/** Longest time that a load balancer takes to tell, in milliseconds. */
const ANSWER_MS = 500;

/** Asks each load balancer once a second how much it has served. */
export class TrafficMonitor {
  private readonly samples = new Map<Child, Sample>();
  private readonly rates = new Map<Child, Traffic | undefined>();
  private readonly busy = new Set<Child>();
  private readonly timer: NodeJS.Timeout;

  public constructor(
    private readonly gateways: readonly Child[],
    intervalMs = 1_000,
  ) {
    this.timer = setInterval(() => {
      for (const gateway of this.gateways) void this.look(gateway);
    }, intervalMs);
  }

  /** `undefined` where the load balancer does not tell, and before it told twice. */
  public view(gateway: Child): Traffic | undefined {
    return this.rates.get(gateway);
  }

  public close(): void {
    clearInterval(this.timer);
  }

  private async look(gateway: Child): Promise<void> {
    if (this.busy.has(gateway)) return;
    this.busy.add(gateway);
    const count = await gateway.ask('traffic', undefined, ANSWER_MS).catch(() => undefined);
    this.busy.delete(gateway);
    const now = { at: performance.now(), count: count as TrafficCount };
    const before = this.samples.get(gateway);
    if (count === undefined) this.samples.delete(gateway);
    else this.samples.set(gateway, now);
    this.rates.set(
      gateway,
      before === undefined || count === undefined ? undefined : rate(before, now),
    );
  }
}

/** Rates between two samples, to a tenth. */
export function rate(before: Sample, now: Sample): Traffic {
  const seconds = (now.at - before.at) / 1000;
  const timed = now.count.timed - before.count.timed;
  const tookMs = now.count.tookMs - before.count.tookMs;
  const of = (what: keyof TrafficCount): number =>
    Math.round(((now.count[what] - before.count[what]) / seconds) * 10) / 10;
  return {
    requestsPerSecond: of('requests'),
    writesPerSecond: of('writes'),
    failedPerSecond: of('failed'),
    meanMs: timed === 0 ? null : Math.round((tookMs / timed) * 10) / 10,
  };
}
