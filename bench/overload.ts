import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { runFixture } from './private/fixture';
import type { Figure } from './private/report';

const TIMEOUT_MS = 420_000;
const LITTLE = 20;

interface Measured {
  readonly attempts: number;
  readonly acknowledged: number;
  readonly cpuMs: number;
}

/** Writes: what one costs, and what is left of the best rate at a multiple of it. */
export function measureOverload(scratch: string): Figure[] {
  const env = { MERIDIAN_HOME: mkdtempSync(join(scratch, 'overload-')) };
  const { peak, over, later } = runFixture('overload', { timeoutMs: TIMEOUT_MS, env }) as Readonly<
    Record<'peak' | 'over' | 'later', Measured>
  >;
  const { acknowledged: best } = peak;
  return [
    {
      what: 'CPU of a write through three Regions, at the best rate',
      value: peak.cpuMs,
      limit: 20,
      unit: 'ms',
      basis: `${best.toFixed(0)} a second; servers, databases, load balancers, tables, link, clients`,
    },
    {
      what: 'writes lost of the best rate at three times its load',
      value: Math.max(0, 100 * (1 - over.acknowledged / best)),
      limit: 10,
      unit: '%',
      basis: `${over.acknowledged.toFixed(0)} a second of ${over.attempts.toFixed(0)} attempts`,
    },
    {
      what: 'writes missing of a small load, 8 s after the end of the great one',
      value: Math.max(0, 100 * (1 - later.acknowledged / LITTLE)),
      limit: 5,
      unit: '%',
      basis: `${later.acknowledged.toFixed(0)} of ${LITTLE} a second`,
    },
  ];
}
