import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { proportionalSetSize } from '../../lib/tools/twin/processes';

const TICKS_PER_SECOND = 100;

/** CPU of all children that this process has waited for, user and system, in milliseconds. */
function childrenCpu(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / TICKS_PER_SECOND;
}

/** CPU milliseconds (user + system, its own children included) of one run to its end. */
export function cpuOf(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): number {
  const before = childrenCpu();
  const run = spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${run.status}`);
  return childrenCpu() - before;
}

/** Least of `runs` measurements: the one that other load disturbed least. */
export function least(runs: number, measure: () => number): number {
  return Math.min(...Array.from({ length: runs }, measure));
}

/** Process ids of `root` and all its descendants. */
export function processTree(root: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // ended between the listing and the reading
    }
  }
  const tree = [root];
  for (const pid of tree) {
    tree.push(...[...parents].filter(([, parent]) => parent === pid).map(([child]) => child));
  }
  return tree;
}

/** CPU of a process tree so far, user and system, in milliseconds, of those that live. */
export function cpuMilliseconds(root: number): number {
  return processTree(root).reduce((sum, pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = fields.slice(11, 13).reduce((all, one) => all + Number(one), 0);
      return sum + (ticks * 1000) / TICKS_PER_SECOND;
    } catch {
      return sum;
    }
  }, 0);
}

/** Nanoseconds on a CPU so far, by thread of a process tree: finer than the clock of {@link cpuMilliseconds}. */
export function cpuByThread(root: number): ReadonlyMap<string, number> {
  const threads = new Map<string, number>();
  for (const pid of processTree(root)) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const [spent] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
        threads.set(`${pid}/${thread}`, Number(spent));
      }
    } catch {
      // ended between the listing and the reading
    }
  }
  return threads;
}

/** Milliseconds between two of these, of the threads that are there at the end. */
export function cpuBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number {
  let spent = 0;
  for (const [thread, at] of after) spent += at - (before.get(thread) ?? 0);
  return spent / 1_000_000;
}

/** Memory of a process tree in bytes: pages that several share count once. */
export async function memoryOf(root: number): Promise<number> {
  const sizes = await Promise.all(processTree(root).map(proportionalSetSize));
  return sizes.reduce((sum, size) => sum + size, 0);
}

export interface Started {
  readonly pid: number;
  /** Milliseconds from start to the first line that `firstLine` options. */
  readonly firstLineMs: number;
  /** Milliseconds from start to the first line that `readyLine` options. */
  readonly readyMs: number;
  /** Sends SIGINT and waits for the end. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly firstLine: (line: string) => boolean;
  readonly readyLine: (line: string) => boolean;
  readonly env: NodeJS.ProcessEnv;
}

const START_TIMEOUT_MS = 120_000;

/** Starts a command that keeps running and clocks its lines; ends it if it is not ready in time. */
export function start(
  command: string,
  args: readonly string[],
  options: StartOptions,
): Promise<Started> {
  const began = performance.now();
  // A group of its own, so that the interrupt reaches all of it, as Ctrl-C on a terminal does.
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: options.env,
  });
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, name);
  };
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      resolve();
    }),
  );
  const stop = async (): Promise<void> => {
    signal('SIGINT');
    await ended;
  };
  return new Promise((resolve, reject) => {
    let firstLineMs: number | undefined;
    let output = '';
    const timer = setTimeout(() => {
      signal('SIGTERM');
      reject(new Error(`not ready within ${START_TIMEOUT_MS} ms:\n${output}`));
    }, START_TIMEOUT_MS);
    void ended.then(() => {
      clearTimeout(timer);
      reject(new Error(`ended before it was ready:\n${output}`));
    });
    const onLine = (line: string): void => {
      const at = performance.now() - began;
      if (options.firstLine(line)) firstLineMs ??= at;
      if (!options.readyLine(line) || child.pid === undefined) return;
      clearTimeout(timer);
      resolve({ pid: child.pid, firstLineMs: firstLineMs ?? at, readyMs: at, stop });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
        chunk.split(/[\r\n]+/).forEach(onLine);
      });
    }
  });
}
