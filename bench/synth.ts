import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cpuOf, least } from './private/processes';
import type { Figure } from './private/report';

const RUNS = 5;
const MS_PER_RESOURCE = 4;

/** CPU of synthesizing the reference, validation off, against an empty CDK application. */
export function measureSynth(scratch: string): Figure[] {
  const outDir = join(scratch, 'assembly');
  mkdirSync(outDir);
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: object };
  const env = {
    ...process.env,
    CDK_VALIDATION: 'false',
    CDK_CONTEXT_JSON: JSON.stringify(context),
  };
  const run = (file: string, to: string): number =>
    least(RUNS, () =>
      cpuOf(process.execPath, ['--import', 'tsx', file], { ...env, CDK_OUTDIR: to }),
    );
  const full = run('bin/app.ts', outDir);
  const resources = countResources(outDir);
  const empty = run('bench/fixtures/empty-app.ts', join(scratch, 'empty'));
  return [
    {
      what: 'synth of the reference, CPU',
      value: full,
      limit: empty + MS_PER_RESOURCE * resources,
      unit: 'ms',
      basis: `empty CDK application ${empty} ms + ${MS_PER_RESOURCE} ms × ${resources} resources; bundling included`,
    },
  ];
}

export function countResources(outDir: string): number {
  return readdirSync(outDir)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(readFileSync(join(outDir, file), 'utf8')) as { Resources?: object })
    .reduce((sum, template) => sum + Object.keys(template.Resources ?? {}).length, 0);
}
