import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { runFixture } from './private/fixture';
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
  const env = { MERIDIAN_HOME: mkdtempSync(join(scratch, 'live-')) };
  const { clients, idleBytes, openBytes, spreads } = runFixture('live', {
    timeoutMs: TIMEOUT_MS,
    env,
  }) as Measured;
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
