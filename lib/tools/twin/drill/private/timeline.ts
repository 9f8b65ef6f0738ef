import { PROMOTION_SECONDS } from '../../../../config';
import type { DrillEvent, Rto } from '../model';

/** Instants of a drill, on the monotonic clock. */
export interface Marks {
  readonly fault: number;
  readonly detected: number;
  readonly decided: number;
  readonly fenced: number;
  readonly leaseOver: number;
  readonly promoted: number;
  readonly homed: number;
  /** DNS sends nobody to the old Region any more, and the new writer is named. */
  readonly steered: number;
  /** The users of every Region have had a write acknowledged since. */
  readonly back: number;
}

export type Mark = keyof Marks;

/** Tells and keeps what happens. */
export class Timeline {
  public readonly events: DrillEvent[] = [];
  private readonly marks = new Map<Mark, number>();

  public constructor(
    private readonly began: number,
    private readonly onEvent: (event: DrillEvent) => void,
  ) {}

  public say(kind: string, text: string, at = performance.now()): void {
    const event = { at: Math.round(at - this.began), kind, text };
    this.events.push(event);
    this.onEvent(event);
  }

  public mark(mark: Mark, text: string, at = performance.now()): void {
    if (this.marks.has(mark)) return;
    this.marks.set(mark, at);
    this.say(mark, text, at);
  }

  public at(mark: Mark): number | undefined {
    return this.marks.get(mark);
  }

  /**
   * @param missing what did not happen counts as happening when the drill gave up on it (`late`), or as
   *   nothing that had to happen (`needless`)
   */
  public complete(end: number, missing: 'late' | 'needless' = 'late'): Marks {
    let last = this.marks.get('fault') ?? end;
    const order = [
      ...(['detected', 'decided', 'fenced', 'leaseOver', 'promoted', 'homed', 'steered'] as const),
      'back' as const,
    ];
    const marks: Record<Mark, number> = { fault: last } as Record<Mark, number>;
    for (const mark of order) {
      last = Math.max(last, this.marks.get(mark) ?? (missing === 'late' ? end : last));
      marks[mark] = last;
    }
    return marks;
  }
}

/** Parts of the way from the fault to users who write again, in whole milliseconds. */
export function partsOf(marks: Marks): Rto {
  const at = (mark: Mark) => Math.round(marks[mark] - marks.fault);
  return {
    detect: at('detected'),
    decide: at('decided') - at('detected'),
    fence: at('fenced') - at('decided'),
    lease: at('leaseOver') - at('fenced'),
    promote: at('promoted') - at('leaseOver'),
    home: at('homed') - at('promoted'),
    steer: at('steered') - at('homed'),
    client: at('back') - at('steered'),
    total: at('back'),
  };
}

/** The clocks of the templates. */
export interface Clocks {
  readonly timeScale: number;
  readonly decideSeconds: number;
  readonly leaseMs: { readonly configured: number; readonly running: number };
  /** Lifetime of DNS answers as configured, in milliseconds. */
  readonly ttlMs: number;
  /** How long a probe waits for a Region that does not answer; 0 where it is refused. */
  readonly probeTimeoutMs: { readonly configured: number; readonly running: number };
}

/** Detection as configured: what waits for health checks takes so many times as long. */
export function detectAsConfigured(rto: Rto, { timeScale, probeTimeoutMs }: Clocks): number {
  const probed = Math.max(0, rto.detect - probeTimeoutMs.running);
  return Math.round(probed * timeScale + probeTimeoutMs.configured);
}

/** Until the last answer of DNS ended, as configured, for users who were back after so long. */
export function steeredAsConfigured(backMs: number, rto: Rto, clocks: Clocks): number {
  const waited = Math.max(0, backMs - rto.detect) * clocks.timeScale;
  return Math.round(detectAsConfigured(rto, clocks) + Math.min(waited, clocks.ttlMs));
}

/**
 * The same failover with the times that the templates configure: what waits for health checks and for
 * answers of DNS takes so many times as long, decision, lease and promotion what is declared of them;
 * other work takes as long as it took. Answers of DNS end while the failover goes on: users wait for
 * whichever is later.
 */
export function asConfigured(rto: Rto, clocks: Clocks): Rto {
  const { timeScale, decideSeconds, leaseMs } = clocks;
  const parts = {
    detect: detectAsConfigured(rto, clocks),
    decide: decideSeconds * 1000,
    fence: rto.fence,
    lease: leaseMs.configured + Math.max(0, rto.lease - leaseMs.running),
    promote: Math.max(rto.promote, PROMOTION_SECONDS * 1000),
    home: rto.home,
    steer: Math.round(rto.steer * timeScale),
  };
  const named = sum(parts);
  const client = Math.max(rto.client, steeredAsConfigured(rto.total, rto, clocks) - named);
  return { ...parts, client, total: named + client };
}

function sum(parts: Readonly<Record<string, number>>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}
