import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const LOOK_MS = 1;
/** As the kernel's quota counts: what is not used in one period is lost, what was too much is paid in the next. */
const PERIOD_MS = 50;

/**
 * Gives a process one part in so many of a core, of the time that it has really had: on a machine that others use as
 * well, a part of the clock's would be less by as much as they take. Gives what ends it.
 */
export function holdBack({ kill, pid }: Held, part: number): () => void {
  const began = performance.now();
  const quotaMs = PERIOD_MS / part;
  const state = { period: 0, allowedMs: usedMs(pid) + quotaMs, stopped: false };
  const timer = setInterval(() => {
    const used = usedMs(pid);
    const period = Math.floor((performance.now() - began) / PERIOD_MS);
    if (period > state.period) {
      const more = (period - state.period) * quotaMs;
      state.allowedMs = Math.min(state.allowedMs + more, used + quotaMs);
      state.period = period;
    }
    const stop = used >= state.allowedMs;
    if (stop !== state.stopped) kill(stop ? 'SIGSTOP' : 'SIGCONT');
    state.stopped = stop;
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    kill('SIGCONT');
  };
}

interface Held {
  readonly pid: number;
  readonly kill: (signal: NodeJS.Signals) => void;
}

export function heldOf(child: ChildProcess): Held {
  return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal) };
}

/** CPU of all threads so far. */
export function usedMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8');
      nanoseconds += Number(text.slice(0, text.indexOf(' ')));
    } catch {
      // ended between the listing and the reading
    }
  }
  return nanoseconds / 1_000_000;
}
