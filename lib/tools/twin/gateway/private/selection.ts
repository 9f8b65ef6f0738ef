import { createHash } from 'node:crypto';
import type { BalancingConfig } from '..';

/** A server as an algorithm sees it. */
export interface Candidate {
  /** Stays the same while the server lives. */
  readonly id: string;
  /** Requests in hand. */
  readonly outstanding: number;
  /** Time since it was found healthy, in milliseconds. */
  readonly healthyMs: number;
  /** Smoothed time to the first byte, in milliseconds; `undefined` before the first answer. */
  readonly latencyMs: number | undefined;
  /** Smoothed share of answers that are errors, 0 to 1. */
  readonly errors: number;
}

/** A new server has this share of its full weight at first. */
const LEAST_WEIGHT = 0.05;
/** What is left to a server whose answers are worse than those of the others. */
const ANOMALOUS_WEIGHT = 0.1;
/** Fewer servers tell nothing about which of them is the odd one. */
const FEWEST_TO_COMPARE = 3;
/** Such a share of errors, beyond what the others have, is an anomaly. */
const ODD_ERRORS = 0.3;

/**
 * Chooses the server of a group that gets the next request, by the algorithm that its template names.
 * One instance for each group: some algorithms remember whose turn it is.
 */
export class Selection {
  private readonly credits = new Map<string, number>();

  /** @param random from 0 to below 1 */
  public constructor(
    private readonly how: BalancingConfig,
    private readonly timeScale = 1,
    private readonly random: () => number = Math.random,
  ) {}

  /** @param source address of whoever asks */
  public choose<T extends Candidate>(candidates: readonly T[], source: string): T | undefined {
    switch (this.how.algorithm) {
      case 'round-robin':
        return this.inTurn(candidates, (it) => this.slowStart(it));
      case 'least-outstanding-requests':
        return this.inTurn(
          least(candidates, ({ outstanding }) => outstanding),
          () => 1,
        );
      case 'weighted-random':
        return this.atRandom(candidates);
      case 'fastest-response':
        return this.inTurn(least(candidates, expectedWait), () => 1);
      case 'source-ip-hash':
        return highest(candidates, ({ id }) => rank(source, id));
    }
  }

  /**
   * Each as often as its weight says, as evenly spread as can be: everyone earns its weight, who has
   * most is chosen and pays what all have earned.
   */
  private inTurn<T extends Candidate>(
    candidates: readonly T[],
    weightOf: (candidate: T) => number,
  ): T | undefined {
    const known = new Set(candidates.map(({ id }) => id));
    for (const id of this.credits.keys()) if (!known.has(id)) this.credits.delete(id);
    let total = 0;
    for (const candidate of candidates) {
      const weight = weightOf(candidate);
      total += weight;
      this.credits.set(candidate.id, (this.credits.get(candidate.id) ?? 0) + weight);
    }
    const chosen = highest(candidates, ({ id }) => this.credits.get(id) ?? 0);
    if (chosen) this.credits.set(chosen.id, (this.credits.get(chosen.id) ?? 0) - total);
    return chosen;
  }

  private slowStart({ healthyMs }: Candidate): number {
    const { slowStartSeconds } = this.how;
    if (slowStartSeconds === undefined) return 1;
    const share = (healthyMs * this.timeScale) / (slowStartSeconds * 1000);
    return Math.min(Math.max(share, LEAST_WEIGHT), 1);
  }

  private atRandom<T extends Candidate>(candidates: readonly T[]): T | undefined {
    const weights = candidates.map((it) => (this.isOdd(it, candidates) ? ANOMALOUS_WEIGHT : 1));
    let left = this.random() * weights.reduce((sum, weight) => sum + weight, 0);
    return candidates.find((_, index) => (left -= weights[index] ?? 0) < 0);
  }

  private isOdd(candidate: Candidate, all: readonly Candidate[]): boolean {
    if (!this.how.anomalyMitigation || all.length < FEWEST_TO_COMPARE) return false;
    const others = all.filter((it) => it !== candidate);
    const usual = others.reduce((sum, { errors }) => sum + errors, 0) / others.length;
    return candidate.errors - usual > ODD_ERRORS;
  }
}

/** What a request would wait for: those in hand and its own answer. Who has not answered yet is tried. */
function expectedWait({ latencyMs, outstanding }: Candidate): number {
  return latencyMs === undefined ? outstanding : latencyMs * (outstanding + 1);
}

/** All that share the least value. */
function least<T>(items: readonly T[], valueOf: (item: T) => number): readonly T[] {
  const values = items.map(valueOf);
  const smallest = Math.min(...values);
  return items.filter((_, index) => values[index] === smallest);
}

function highest<T>(items: readonly T[], valueOf: (item: T) => number): T | undefined {
  const [first, ...others] = items;
  return others.reduce((best, it) => (best && valueOf(best) >= valueOf(it) ? best : it), first);
}

/** Of all servers the one that ranks highest for a source: the others' loss or gain moves nobody else. */
function rank(source: string, id: string): number {
  return createHash('sha256').update(`${source}\0${id}`).digest().readUIntBE(0, 6);
}
