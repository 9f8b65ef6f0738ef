import { PROCESSES } from './table';

/**
 * A process that can be told from a later one with the same number: process ids are reused, the
 * pair of id and start time is not.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** In clock ticks since boot on Linux, else in seconds since 1970. */
  readonly startTime: number;
}

/** @returns undefined where no such process lives */
export function identify(pid: number): ProcessIdentity | undefined {
  const row = PROCESSES.look(pid);
  return row && { pid, startTime: row.startTime };
}

/** Process id of whoever started it; undefined where no such process lives. */
export function parentOf(pid: number): number | undefined {
  return PROCESSES.look(pid)?.parent;
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
