import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { STAGE_NAMES } from '../../config';
import type { Declaration } from '../../config';
import { loadAssembly } from '../assembly';
import type { Assembly } from '../assembly';
import { CommandError, didYouMean, startProgress } from '../command';
import type { CommandContext, Progress } from '../command';
import { loadDeclaration } from '../declaration';
import { assemblyDirectory } from '../subject';
import { formatSteps } from './format';
import type { Deployment, GrowthStep } from './model';
import { growthStep } from './step';

/** `meridian grow [FROM] [TO] [--out DIR] [--json]` */
export function registerGrow(program: Command, context: CommandContext): void {
  const subject = 'a name in lib/config/declarations, a file, or the directory of an assembly';
  program
    .command('grow')
    .summary('what the next growth stage adds, changes and replaces')
    .description(
      'Compares the templates of two declarations by the rules of CloudFormation, and says in how ' +
        'many deployments one becomes the other. Without FROM every growth stage is compared with ' +
        'the next one, without TO the given one. Exit code 1 if something that holds data would be ' +
        'replaced, given up or refused.',
    )
    .argument('[from]', subject)
    .argument('[to]', subject)
    .option('-o, --out <dir>', 'write a declaration for each deployment before the last')
    .option('--json', 'print one JSON object (docs/schemas/grow.schema.json)')
    .action(async (from: string | undefined, to: string | undefined, options: Options) => {
      await grow(pairsOf(from, to), options, context);
    });
}

interface Options {
  readonly out?: string;
  readonly json?: true;
}

type Names = readonly [from: string, to: string];

function pairsOf(from: string | undefined, to: string | undefined): readonly Names[] {
  if (from !== undefined && to !== undefined) return [[from, to]];
  const stages: readonly string[] = STAGE_NAMES;
  const pairs = stages.slice(1).map((stage, index): Names => [stages[index] ?? '', stage]);
  const chosen = pairs.filter(([stage]) => from === undefined || stage === from);
  if (chosen.length > 0) return chosen;
  const known = stages.slice(0, -1);
  const got = `${from ?? ''}${didYouMean(from ?? '', known)}`;
  throw new CommandError(`without TO, FROM must be one of ${known.join(', ')}, got: ${got}`, 2);
}

async function grow(
  pairs: readonly Names[],
  options: Options,
  context: CommandContext,
): Promise<void> {
  const progress = startProgress(context.stderr);
  const aside = mkdtempSync(join(tmpdir(), 'meridian-grow-'));
  try {
    const read = readOnce(aside, context, progress);
    const steps: GrowthStep[] = [];
    for (const [from, to] of pairs) {
      const one = { name: from, assembly: await read(from) };
      const other = { name: to, assembly: await read(to) };
      progress.step(`comparing ${from} with ${to}`);
      steps.push(growthStep(one, other));
    }
    progress.stop();
    if (options.out !== undefined) writeDeclarations(steps, options.out, context);
    const found = steps.some(({ findings }) => findings.some((it) => it.severity === 'error'));
    context.stdout.write(
      options.json === true
        ? `${JSON.stringify({ schemaVersion: 1, steps }, null, 2)}\n`
        : formatSteps(steps),
    );
    context.finish(found ? 1 : 0);
  } finally {
    progress.stop();
    rmSync(aside, { recursive: true, force: true });
  }
}

/** Each subject is synthesized once, into a directory that is removed in the end. */
function readOnce(
  aside: string,
  context: CommandContext,
  progress: Progress,
): (subject: string) => Promise<Assembly> {
  const known = new Map<string, Assembly>();
  return async (subject) => {
    const found = known.get(subject);
    if (found !== undefined) return found;
    const outDir = join(aside, String(known.size));
    const directory = await assemblyDirectory(subject, outDir, context, (step) => {
      progress.step(step);
    });
    const assembly = loadAssembly(directory);
    known.set(subject, assembly);
    return assembly;
  };
}

/** The declaration that is grown to, with its tables in fewer Regions, for each deployment in between. */
function writeDeclarations(
  steps: readonly GrowthStep[],
  out: string,
  { cwd, stderr }: CommandContext,
): void {
  const directory = resolve(cwd, out);
  mkdirSync(directory, { recursive: true });
  for (const { to, deployments } of steps) {
    for (const { number, tableRegions, storeRegions } of deployments) {
      if (tableRegions === undefined && storeRegions === undefined) continue;
      const file = join(directory, `${to.replace(/[^\w-]+/g, '-')}-${number}.json`);
      const whole = loadDeclaration(to, { cwd });
      const declaration = {
        ...whole,
        ...(tableRegions !== undefined && { tableRegions }),
        ...(whole.stores !== undefined && { stores: within(whole.stores, storeRegions) }),
      };
      writeFileSync(file, `${JSON.stringify(declaration, null, 2)}\n`);
      stderr.write(`deployment ${number} of ${to}: ${file}\n`);
    }
  }
}

/** Stores with Regions of their own, for the time being in those of one deployment. */
function within(
  stores: NonNullable<Declaration['stores']>,
  regions: Deployment['storeRegions'] = {},
): Declaration['stores'] {
  return Object.fromEntries(
    Object.entries(stores).map(([name, store]) => {
      const own = store.engine === 'dynamodb' && store.regions !== undefined;
      const now = own ? regions[name] : undefined;
      return [name, now === undefined ? store : { ...store, regions: now }];
    }),
  );
}
