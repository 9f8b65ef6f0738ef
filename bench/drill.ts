import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { FailoverResult } from '../lib/tools/twin/drill';
import type { Figure } from './private/report';

/** Writes a second, entering through every Region: the load of the drills by default. */
const RATE = 200;
const TIMEOUT_MS = 240_000;

/** One failover: what of the recovery time is the machinery's own, and whether the loss is explained. */
export function measureDrill(scratch: string): Figure[] {
  const home = mkdtempSync(join(scratch, 'drill-'));
  const args = ['bin/meridian.js', 'drill', 'region-killed', '--json', '--rate', String(RATE)];
  const run = spawnSync(process.execPath, args, {
    env: { ...process.env, MERIDIAN_HOME: home },
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 2 ** 20,
  });
  if (run.stdout === '') throw new Error(`the drill gave no result:\n${run.stderr}`);
  const { load, rto, rtoAsConfigured, rpo, timeScale } = JSON.parse(run.stdout) as FailoverResult;
  const clocks = rto.detect + rto.decide + rto.lease;
  const basis = `region-killed at ${RATE} writes/s, clocks ${timeScale} times as fast`;
  return [
    {
      what: `writes missing of ${RATE} a second through three Regions`,
      value: Math.max(0, 100 * (1 - load.acknowledgedPerSecond / RATE)),
      limit: 10,
      unit: '%',
      basis: `${load.acknowledgedPerSecond.toFixed(0)} acknowledged a second before the Region is lost`,
    },
    {
      what: 'failover beyond detection, decision and lease',
      value: (rto.total - clocks) / 1000,
      limit: 3,
      unit: 's',
      basis: `${basis}; ${rto.total} ms − ${clocks} ms`,
    },
    { what: 'promotion of a standby', value: rto.promote / 1000, limit: 1, unit: 's', basis },
    {
      what: 'failover as the templates configure it',
      value: rtoAsConfigured.total / 1000,
      limit: 133,
      unit: 's',
      basis: '30 s detection + 30 s decision + 10 s lease + 60 s promotion + 3 s',
    },
    {
      what: 'lost writes that the lag does not explain',
      value: Math.abs(rpo.lost - rpo.predicted),
      limit: Math.max(5, 0.25 * rpo.predicted),
      unit: 'rows',
      basis: `${rpo.lost} lost, ${rpo.predicted} not replayed, of ${rpo.acknowledged} acknowledged`,
    },
  ];
}
