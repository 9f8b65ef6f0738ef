import { readFileSync } from 'node:fs';

/**
 * A process that can be told from a later one with the same number: process ids are reused, the
 * pair of id and start time is not.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which the process started (field 22 of /proc/PID/stat). */
  readonly startTime: number;
}

/** Field 22; the command name in field 2 may contain blanks and brackets, so count from its end. */
export function parseStartTime(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTime = Number(fields[19]);
  // A zombie holds no resource; its parent just has not asked for its exit code yet.
  return state === 'Z' || state === 'X' || !Number.isSafeInteger(startTime) ? undefined : startTime;
}

/** @returns undefined where no such process lives */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const startTime = parseStartTime(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return startTime === undefined ? undefined : { pid, startTime };
  } catch {
    return undefined;
  }
}

/** Process id of whoever started it; undefined where no such process lives. */
export function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** Sends a signal unless the process has gone; a reused process id is left alone. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch {
    return false;
  }
}
