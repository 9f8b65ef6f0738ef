import { Agent, get } from 'node:http';

/** What became of a load; what is answered with 200 and in time is good. */
export interface Offered {
  /** All of these are a second's. */
  readonly attempts: number;
  readonly good: number;
  readonly refused: number;
  /** From the end of the load on, until everything that was asked has been answered, in milliseconds. */
  readonly restMs: number;
}

/** Clients wait no longer. */
const IN_TIME_MS = 1_000;
const TICK_MS = 10;

/**
 * Asks so often a second, for so long, in an open loop: each request leaves at its time, whatever has
 * become of those before it, as those of many clients do.
 */
export async function offer(url: URL, perSecond: number, forMs: number): Promise<Offered> {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const counts = { good: 0, refused: 0 };
  const asked: Promise<void>[] = [];
  const began = performance.now();
  for (let passed = 0; passed < forMs; passed = performance.now() - began) {
    const due = Math.floor((Math.min(passed, forMs) * perSecond) / 1_000);
    while (asked.length < due) asked.push(askOnce(url, agent, counts));
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  const ended = performance.now();
  await Promise.all(asked);
  const restMs = performance.now() - ended;
  agent.destroy();
  const seconds = forMs / 1_000;
  return {
    attempts: asked.length / seconds,
    good: counts.good / seconds,
    refused: counts.refused / seconds,
    restMs,
  };
}

function askOnce(url: URL, agent: Agent, counts: { good: number; refused: number }): Promise<void> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => {
        const { statusCode } = response;
        if (statusCode === 503) counts.refused += 1;
        if (statusCode === 200 && performance.now() - began <= IN_TIME_MS) counts.good += 1;
        resolve();
      });
    }).on('error', reject);
  });
}

/** A server's best rate, three times of that, and half of it right after. */
export interface Overload {
  readonly peak: Offered;
  readonly over: Offered;
  readonly later: Offered;
}

/** In turns, so that what else the machine does disturbs both alike. */
const ROUNDS = 3;
const GROWS = 1.25;
const MOST_RATES = 16;

/**
 * @param rates that are tried one after the other for the best, and greater ones while the last was the best
 * @param rounds in which best and over are measured, after the best has been found
 */
export async function overload(
  url: URL,
  rates: readonly number[],
  forMs: number,
  rounds = ROUNDS,
): Promise<Overload> {
  const { rate, good } = await bestOf(url, rates, forMs);
  const [peaks, overs, later]: [Offered[], Offered[], Offered[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    peaks.push(await offer(url, rate, forMs));
    overs.push(await offer(url, 3 * good, 2 * forMs));
    later.push(await offer(url, good / 2, forMs));
  }
  return { peak: meanOf(peaks), over: meanOf(overs), later: meanOf(later) };
}

/** The rate at which most was good, and how much that was. */
async function bestOf(url: URL, rates: readonly number[], forMs: number) {
  let best = { rate: 0, good: 0 };
  const tried = [...rates];
  for (let at = 0; at < Math.min(tried.length, MOST_RATES); at += 1) {
    const rate = tried[at]!;
    const { good } = await offer(url, rate, forMs);
    if (good > best.good) best = { rate, good };
    if (at === tried.length - 1 && rate === best.rate) tried.push(rate * GROWS);
  }
  return best;
}

function meanOf(all: readonly Offered[]): Offered {
  const mean = (of: (one: Offered) => number) =>
    all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return {
    attempts: mean(({ attempts }) => attempts),
    good: mean(({ good }) => good),
    refused: mean(({ refused }) => refused),
    restMs: mean(({ restMs }) => restMs),
  };
}
