import type { Client, Outcome } from './client';
import { isOverload, retryAfterMs } from './client';
import { partOf } from './percentile';
import { pause } from './scene';

/** Many readers at once, as their browsers are. */
export interface CrowdOptions {
  readonly readers: number;
  /** Paths that they ask for in turn, each beginning with another. */
  readonly paths: readonly string[];
  readonly ms: number;
  /** Between an answer and the next question, in milliseconds. */
  readonly pauseMs: number;
  /** Whether who is refused waits as long as the answer says; otherwise it asks again at once. */
  readonly backsOff: boolean;
}

export interface CrowdSeen {
  /** Attempts, those that were made again among them. */
  readonly asked: number;
  readonly answered: number;
  /** Told that there is too much to do, by a server or by the load balancer for its functions. */
  readonly refused: number;
  readonly failed: number;
  /** Answered that there is no such thing. */
  readonly missing: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Until the last of them had a first answer, in milliseconds; as long as it lasted where one had none. */
  readonly allServedMs: number;
}

/** Where nothing else is said, in milliseconds. */
const RETRY_MS = 1_000;

/** What readers of a path see who all begin at this instant. */
export async function crowd(client: Client, options: CrowdOptions): Promise<CrowdSeen> {
  const began = performance.now();
  const times: number[] = [];
  const firsts: number[] = [];
  const counts = { asked: 0, refused: 0, failed: 0, missing: 0 };
  const { readers, paths, ms, pauseMs, backsOff } = options;
  const read = async (at: number) => {
    let first: number | undefined;
    for (let turn = at; performance.now() < began + ms;) {
      const sent = performance.now();
      counts.asked += 1;
      const outcome = await client.send('GET', paths[turn % paths.length] ?? '/', undefined);
      const now = performance.now();
      if (outcome.kind === 'answer' && outcome.status < 500) {
        times.push(now - sent);
        if (outcome.status >= 400) counts.missing += 1;
        first ??= now - began;
        turn += 1;
        await pause(pauseMs * (0.5 + Math.random()));
        continue;
      }
      if (isRefusal(outcome)) counts.refused += 1;
      else counts.failed += 1;
      if (backsOff) await pause((retryAfterMs(outcome) ?? RETRY_MS) * (0.5 + Math.random()));
    }
    firsts.push(first ?? ms);
  };
  await Promise.all(Array.from({ length: readers }, (_, at) => read(at)));
  return {
    ...{ ...counts, answered: times.length, p50Ms: partOf(times, 0.5), p99Ms: partOf(times, 0.99) },
    allServedMs: Math.round(Math.max(0, ...firsts)),
  };
}

/** By a server that says so, or by functions all of which are busy. */
function isRefusal(outcome: Outcome): boolean {
  if (outcome.kind !== 'answer') return false;
  return outcome.status === 502 || (outcome.status === 503 && isOverload(outcome));
}
