import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../processes';

/** What a running twin leaves for the commands that come after it. */
export interface TwinState {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly status: 'starting' | 'ready' | 'stopping';
  readonly supervisor: ProcessIdentity;
  /** Everything that the supervisor started and that has not ended. */
  readonly processes: readonly ProcessIdentity[];
  /** URL of the console, once it answers. */
  readonly console?: string;
  /** What `up --json` says, once it is ready. */
  readonly report?: unknown;
}

const FILE = 'state.json';

/** @returns undefined where there is none, or none that can be trusted */
export function readState(directory: string): TwinState | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(join(directory, FILE), 'utf8'));
    return isState(state) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the file at once, so that nobody reads half of it. */
export function writeState(directory: string, state: TwinState): void {
  const building = join(directory, `${FILE}.new`);
  writeFileSync(building, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(building, join(directory, FILE));
}

function isState(value: unknown): value is TwinState {
  if (typeof value !== 'object' || value === null) return false;
  const { schemaVersion, supervisor, processes } = value as Record<string, unknown>;
  return (
    schemaVersion === 1 &&
    isIdentity(supervisor) &&
    Array.isArray(processes) &&
    processes.every(isIdentity)
  );
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime } = value as Record<string, unknown>;
  return Number.isSafeInteger(pid) && Number(pid) > 1 && Number.isSafeInteger(startTime);
}
