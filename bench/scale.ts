import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cpuOf } from './private/processes';
import type { Figure } from './private/report';
import { countResources } from './synth';

const RUNS = 3;
/** What measurement itself strays by; growth that is worse than linear is far beyond. */
const TOLERANCE = 1.15;

interface Measured {
  readonly cpuMs: number;
  readonly peakKib: number;
  readonly resources: number;
}

/**
 * Synthesis of the stress declaration beside that of the reference, both beyond an empty application:
 * per 1,000 resources neither CPU nor memory may grow.
 */
export function measureScale(scratch: string): Figure[] {
  const directory = join(scratch, 'scale');
  mkdirSync(directory);
  const empty = measure(directory, 'bench/fixtures/empty-app.ts');
  const small = measure(directory, 'bin/app.ts');
  const large = measure(directory, 'bin/app.ts', resolve('bench/fixtures/stress.ts'));
  const per = (one: Measured, of: 'cpuMs' | 'peakKib'): number =>
    ((one[of] - empty[of]) / one.resources) * 1000;
  const basis = `reference with ${small.resources} resources + ${Math.round((TOLERANCE - 1) * 100)} %; this one has ${large.resources}`;
  const figure = (what: string, of: 'cpuMs' | 'peakKib', unit: Figure['unit'], scale: number) => ({
    what: `synth of 8 Regions and 64 shards, ${what} per 1,000 resources`,
    value: per(large, of) / scale,
    limit: (per(small, of) / scale) * TOLERANCE,
    unit,
    basis,
  });
  return [figure('CPU', 'cpuMs', 'ms', 1), figure('memory', 'peakKib', 'MiB', 1024)];
}

function measure(directory: string, file: string, declaration?: string): Measured {
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
  const outDir = join(directory, (declaration ?? file).replace(/\W+/g, '-'));
  mkdirSync(outDir, { recursive: true });
  const memory = join(directory, 'memory');
  const env = {
    ...process.env,
    CDK_VALIDATION: 'false',
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...(declaration && { declaration }) }),
    CDK_OUTDIR: outDir,
    BENCH_MEMORY: memory,
  };
  const args = ['--require', resolve('bench/fixtures/report-memory.js'), '--import', 'tsx', file];
  const runs = Array.from({ length: RUNS }, () => ({
    cpuMs: cpuOf(process.execPath, args, env),
    peakKib: Number(readFileSync(memory, 'utf8')),
  }));
  return {
    cpuMs: Math.min(...runs.map((run) => run.cpuMs)),
    peakKib: Math.min(...runs.map((run) => run.peakKib)),
    resources: countResources(outDir),
  };
}
