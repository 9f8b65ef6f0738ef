import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpuOf } from './private/processes';
import type { Figure } from './private/report';

const STACKS_OF_ABOUT = 1_000;
const LARGE = 20_000;
/** What a run may take for each resource of the large assembly over each of the small one. */
const LINEAR = 2;

interface Manifest {
  artifacts: Record<
    string,
    {
      type: string;
      environment?: string;
      properties?: Record<string, unknown>;
      dependencies?: string[];
    }
  >;
}

/** Graph and all rules over generated assemblies: copies of the reference beside each other. */
export function measureReview(scratch: string): Figure[] {
  const reference = join(scratch, 'assembly');
  const small = measure(generate(reference, join(scratch, 'review-small'), STACKS_OF_ABOUT));
  const large = measure(generate(reference, join(scratch, 'review-large'), LARGE));
  const perResource = (it: Measured): number => it.milliseconds / it.resources;
  return [
    {
      what: `review of ${small.resources} resources, CPU`,
      value: small.milliseconds,
      limit: small.resources,
      unit: 'ms',
      basis: '1 ms a resource; reading, graph and all rules, process start not included',
    },
    {
      what: `memory of the review of ${small.resources} resources`,
      value: small.mebibytes,
      limit: 300,
      unit: 'MiB',
      basis: 'greatest resident size of the process',
    },
    {
      what: `review of ${large.resources} resources, CPU a resource over the small one's`,
      value: perResource(large) / perResource(small),
      limit: LINEAR,
      unit: '×',
      basis: `${Math.round(large.milliseconds)} ms; 1 × is linear`,
    },
  ];
}

interface Measured {
  readonly resources: number;
  readonly milliseconds: number;
  readonly mebibytes: number;
}

function measure(directory: string): Measured {
  const out = join(directory, 'measured.json');
  cpuOf(
    process.execPath,
    ['--import', 'tsx', 'bench/fixtures/review.ts', directory, out],
    process.env,
  );
  return JSON.parse(readFileSync(out, 'utf8')) as Measured;
}

/** Copies of all stacks under other names, until there are about as many resources as asked for. */
function generate(from: string, to: string, resources: number): string {
  mkdirSync(to, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8')) as Manifest;
  const stacks = Object.entries(manifest.artifacts).filter(
    ([, it]) => it.type === 'aws:cloudformation:stack',
  );
  const count = readdirSync(from)
    .filter((file) => file.endsWith('.template.json'))
    .map((file) => JSON.parse(readFileSync(join(from, file), 'utf8')) as { Resources?: object })
    .reduce((sum, { Resources }) => sum + Object.keys(Resources ?? {}).length, 0);
  const copies = Math.max(Math.round(resources / count), 1);
  const artifacts: Manifest['artifacts'] = {};
  for (let copy = 0; copy < copies; copy += 1) {
    for (const [id, artifact] of stacks) {
      const file = String(artifact.properties?.['templateFile']);
      const text = readFileSync(join(from, file), 'utf8').replaceAll('meridian', `meridian${copy}`);
      writeFileSync(join(to, `c${copy}-${file}`), text);
      artifacts[`c${copy}-${id}`] = {
        ...artifact,
        dependencies: [],
        properties: {
          ...artifact.properties,
          templateFile: `c${copy}-${file}`,
          stackName: `c${copy}-${id}`,
        },
      };
    }
  }
  writeFileSync(join(to, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  return to;
}
