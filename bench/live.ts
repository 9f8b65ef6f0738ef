import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './private/report';

const TIMEOUT_MS = 300_000;
const MIB = 2 ** 20;

interface Measured {
  readonly clients: number;
  readonly idleBytes: number;
  readonly openBytes: number;
  readonly spreads: readonly number[];
}

/** What a server holds for streams that are idle, and how long an event takes to all of them. */
export function measureLive(scratch: string): Figure[] {
  const home = mkdtempSync(join(scratch, 'live-'));
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'bench/fixtures/live.ts'], {
    env: { ...process.env, MERIDIAN_HOME: home },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (run.status !== 0) throw new Error(`the streams gave no result:\n${run.stderr}`);
  const { clients, idleBytes, openBytes, spreads } = JSON.parse(run.stdout) as Measured;
  return [
    {
      what: `memory of a server with ${clients} streams of server-sent events`,
      value: openBytes / MIB,
      limit: 600,
      unit: 'MiB',
      basis: `resident; ${(idleBytes / MIB).toFixed(0)} MiB without, ${((openBytes - idleBytes) / clients / 1024).toFixed(1)} KiB a stream`,
    },
    {
      what: `an event to ${clients} streams, from the first to the last`,
      value: Math.min(...spreads) / 1000,
      limit: 1,
      unit: 's',
      basis: `least of ${spreads.length}; one process writes, one reads`,
    },
  ];
}
