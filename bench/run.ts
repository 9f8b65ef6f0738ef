// `npm run bench`: the speed and size limits of the slice, measured in one run, written to
// docs/benchmarks.md. Ends with 1 if a limit is exceeded. `npm run bench -- STEP…` measures some of it anew.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBundles } from './bundles';
import { measureDns } from './dns';
import { measureDrill } from './drill';
import { measureLimited } from './limited';
import { measureLink } from './link';
import { measureLive } from './live';
import { measureOverload } from './overload';
import { type Figure, passes, writeReport } from './private/report';
import { measureReads } from './reads';
import { measureReview } from './review';
import { measureScale } from './scale';
import { measureSynth } from './synth';
import { measureTwin } from './twin';

async function main(asked: readonly string[]): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'meridian-bench-'));
  // As root the engines run as an unprivileged user, who has to pass through here.
  chmodSync(scratch, 0o755);
  try {
    const figures: Figure[] = [];
    const steps: readonly [string, () => Figure[] | Promise<Figure[]>][] = [
      ['synth', () => measureSynth(scratch)],
      ['scale', () => measureScale(scratch)],
      ['review', () => measureReview(scratch)],
      ['bundles', () => measureBundles()],
      ['reads', () => measureReads()],
      ['twin', () => measureTwin(scratch)],
      ['link', () => measureLink(scratch)],
      ['dns', () => measureDns()],
      ['drill', () => measureDrill(scratch)],
      ['live', () => measureLive(scratch)],
      ['overload', () => measureOverload(scratch)],
      ['limited', () => measureLimited()],
    ];
    const names = steps.map(([name]) => name);
    const unknown = asked.filter((name) => !names.includes(name));
    if (unknown.length > 0) {
      console.error(`unknown step: ${unknown.join(', ')}; allowed: ${names.join(', ')}`);
      process.exitCode = 2;
      return;
    }
    // The twin runs, and the review reads, the assembly that `synth` writes.
    const needsSynth = asked.includes('twin') || asked.includes('review');
    const wanted = needsSynth ? ['synth', ...asked] : asked;
    for (const [name, measure] of steps) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      console.error(`bench: ${name}`);
      figures.push(...(await measure()));
    }
    writeReport('docs/benchmarks.md', figures, { date: new Date(), part: asked.length > 0 });
    for (const figure of figures) {
      console.log(
        `${passes(figure) ? 'ok  ' : 'OVER'} ${figure.what}: ${figure.value.toFixed(1)} ${figure.unit} (${figure.limit === undefined ? 'no limit' : `limit ${figure.limit.toFixed(1)}`})`,
      );
    }
    process.exitCode = figures.every(passes) ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

void main(process.argv.slice(2));
