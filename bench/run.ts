// `npm run bench`: the speed and size limits of the slice, measured in one run, written to
// docs/benchmarks.md. Ends with 1 if a limit is exceeded.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBundles } from './bundles';
import { type Figure, passes, writeReport } from './private/report';
import { measureSynth } from './synth';
import { measureTwin } from './twin';

async function main(): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
  // As root the engines run as an unprivileged user, who has to pass through here.
  chmodSync(scratch, 0o755);
  try {
    const figures: Figure[] = [];
    const steps: readonly [string, () => Figure[] | Promise<Figure[]>][] = [
      ['synth', () => measureSynth(scratch)],
      ['bundles', () => measureBundles()],
      ['twin', () => measureTwin(scratch)],
    ];
    for (const [name, measure] of steps) {
      console.error(`bench: ${name}`);
      figures.push(...(await measure()));
    }
    writeReport('docs/benchmarks.md', figures, new Date());
    for (const figure of figures) {
      console.log(
        `${passes(figure) ? 'ok  ' : 'OVER'} ${figure.what}: ${figure.value.toFixed(1)} ${figure.unit} (limit ${figure.limit.toFixed(1)})`,
      );
    }
    process.exitCode = figures.every(passes) ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

void main();
