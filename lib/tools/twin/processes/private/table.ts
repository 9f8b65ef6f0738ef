import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** A process that lives; zombies hold no resource, and do not count. */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  /** With the id it tells a process from a later one; comparable only within one table. */
  readonly startTime: number;
}

/** What this machine knows of its processes. */
export interface ProcessTable {
  look(pid: number): ProcessRow | undefined;
  all(): readonly ProcessRow[];
  /** Ids of processes in whose environment stands `NAME=value`, as far as one may look. */
  withVariable(variable: string): readonly number[];
  /** Resident or, where it is known, proportional set size in bytes; 0 for one that has ended. */
  memory(pid: number): Promise<number>;
}

/** Linux. @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export const PROC: ProcessTable = {
  look: (pid) => parseStat(pid, read(pid, 'stat')),
  all: () => pids().flatMap((pid) => PROC.look(pid) ?? []),
  withVariable: (variable) =>
    pids().filter((pid) => read(pid, 'environ').split('\0').includes(variable)),
  memory: async (pid) => {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
  },
};

/** Where there is no /proc, as on macOS: by `ps`, which costs some milliseconds a look. */
export const PS: ProcessTable = {
  look: (pid) => rows(ps('-p', String(pid), '-o', COLUMNS))[0],
  all: () => rows(ps('-A', '-o', COLUMNS)),
  withVariable: (variable) => {
    // Letters without a hyphen are those of BSD, by which Linux shows the environment.
    const everything = process.platform === 'linux' ? 'axeww' : '-axEww';
    const lines = ps(everything, '-o', 'pid=,command=').split('\n');
    return lines.flatMap((line) => {
      const pid = Number(/^\s*(\d+)/.exec(line)?.[1]);
      return ` ${line} `.includes(` ${variable} `) ? [pid] : [];
    });
  },
  memory: (pid) =>
    new Promise((tell) => {
      execFile('ps', ['-p', String(pid), '-o', 'rss='], { env: environment() }, (_, text) => {
        tell(Number(text.trim()) * 1024);
      });
    }),
};

export const PROCESSES: ProcessTable = existsSync('/proc/self/stat') ? PROC : PS;

/** Environments of all processes together. */
const MOST_BYTES = 64 * 1024 * 1024;
const COLUMNS = 'pid=,ppid=,stat=,lstart=';

/** Field 22; the command name in field 2 may contain blanks and brackets, so count from its end. */
export function parseStartTime(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTime = Number(fields[19]);
  return state === 'Z' || state === 'X' || !Number.isSafeInteger(startTime) ? undefined : startTime;
}

function parseStat(pid: number, stat: string): ProcessRow | undefined {
  const startTime = parseStartTime(stat);
  if (startTime === undefined) return undefined;
  return { pid, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), startTime };
}

function pids(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
}

/** Empty for a process of another user, or one that has just ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function ps(...args: readonly string[]): string {
  const options = { encoding: 'utf8', env: environment(), maxBuffer: MOST_BYTES } as const;
  return spawnSync('ps', args, options).stdout;
}

function environment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/bin:/usr/bin', LC_ALL: 'C' };
}

function rows(text: string): readonly ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
    const [, pid, parent, state = 'Z', started = ''] = found ?? [];
    const startTime = Date.parse(started) / 1000;
    if (state.startsWith('Z') || !Number.isSafeInteger(startTime)) return [];
    return [{ pid: Number(pid), parent: Number(parent), startTime }];
  });
}
