import { Agent, get } from 'node:http';

/** What became of a load; what is answered with 200 and in time is good. */
export interface Offered {
  /** All of these are a second's. */
  readonly attempts: number;
  readonly good: number;
  readonly refused: number;
  /** Without an answer. */
  readonly failed: number;
  /** From the end of the load on, until everything that was asked has been answered, in milliseconds. */
  readonly restMs: number;
}

/** Clients wait no longer. */
const IN_TIME_MS = 1_000;
const TICK_MS = 10;

/** Whether connections are kept for what is asked next, as load balancers do, or each is for one request. */
export type Connections = 'kept' | 'fresh';

function clients(connections: Connections): Agent {
  const keepAlive = connections === 'kept';
  // By itself an agent closes what exceeds 256, to open it anew a moment later.
  return new Agent({ keepAlive, maxSockets: Infinity, maxFreeSockets: Infinity });
}

/**
 * Asks so often a second, for so long, in an open loop: each request leaves at its time, whatever has
 * become of those before it, as those of many clients do.
 */
export async function offer(url: URL, perSecond: number, forMs: number): Promise<Offered> {
  const agent = clients('kept');
  try {
    return await offerBy(agent, url, perSecond, forMs);
  } finally {
    agent.destroy();
  }
}

async function offerBy(agent: Agent, url: URL, perSecond: number, forMs: number): Promise<Offered> {
  const counts = { good: 0, refused: 0, failed: 0 };
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
  const seconds = forMs / 1_000;
  return {
    attempts: asked.length / seconds,
    good: counts.good / seconds,
    refused: counts.refused / seconds,
    failed: counts.failed / seconds,
    restMs,
  };
}

interface Counts {
  good: number;
  refused: number;
  failed: number;
}

function askOnce(url: URL, agent: Agent, counts: Counts): Promise<void> {
  const began = performance.now();
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on('end', () => {
        const { statusCode } = response;
        if (statusCode === 503) counts.refused += 1;
        if (statusCode === 200 && performance.now() - began <= IN_TIME_MS) counts.good += 1;
        resolve();
      });
    }).on('error', () => {
      counts.failed += 1;
      resolve();
    });
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
const TIMES = 3;
const GROWS = 1.25;
const MOST_RATES = 16;

export interface OverloadOptions {
  /** Tried one after the other for the best, and greater ones while the last was the best; per second. */
  readonly rates: readonly number[];
  readonly forMs: number;
  /** In which best and over are measured, after the best has been found. @default 3 */
  readonly rounds?: number;
  /** @default kept: from each load to the next, as a load balancer's are */
  readonly connections?: Connections;
}

/** Three times the load is that of the rates that have been measured at its side, not of the luckiest that was tried. */
export async function overload(url: URL, options: OverloadOptions): Promise<Overload> {
  const { rates, forMs, rounds = ROUNDS, connections = 'kept' } = options;
  const agent = clients(connections);
  const at = (perSecond: number, ms: number) => offerBy(agent, url, perSecond, ms);
  try {
    const rate = await bestOf(rates, (perSecond) => at(perSecond, forMs));
    const [peaks, overs, later]: [Offered[], Offered[], Offered[]] = [[], [], []];
    for (let round = 0; round < rounds; round += 1) {
      peaks.push(await at(rate, forMs));
      const { good } = meanOf(peaks);
      overs.push(await at(TIMES * good, 2 * forMs));
      later.push(await at(good / 2, forMs));
    }
    return { peak: meanOf(peaks), over: meanOf(overs), later: meanOf(later) };
  } finally {
    agent.destroy();
  }
}

/** The rate at which most was good. */
async function bestOf(
  rates: readonly number[],
  at: (perSecond: number) => Promise<Offered>,
): Promise<number> {
  let best = { rate: 0, good: 0 };
  const tried = [...rates];
  for (let next = 0; next < Math.min(tried.length, MOST_RATES); next += 1) {
    const rate = tried[next]!;
    const { good } = await at(rate);
    if (good > best.good) best = { rate, good };
    if (next === tried.length - 1 && rate === best.rate) tried.push(rate * GROWS);
  }
  return best.rate;
}

function meanOf(all: readonly Offered[]): Offered {
  const mean = (of: (one: Offered) => number) =>
    all.reduce((sum, one) => sum + of(one), 0) / all.length;
  return {
    attempts: mean(({ attempts }) => attempts),
    good: mean(({ good }) => good),
    refused: mean(({ refused }) => refused),
    failed: mean(({ failed }) => failed),
    restMs: mean(({ restMs }) => restMs),
  };
}
