import { relative } from 'node:path';
import type { Command } from 'commander';
import { loadAssembly } from '../assembly';
import { startProgress } from '../command';
import type { CommandContext } from '../command';
import { DEFAULT_DECLARATION } from '../declaration';
import { synthesize } from './synthesize';

/** `meridian synth [DECLARATION] [--out DIR]` */
export function registerSynth(program: Command, context: CommandContext): void {
  program
    .command('synth')
    .summary('write the templates of all Regions')
    .description(
      'Writes the CloudFormation templates of every Region, offline and without credentials: ' +
        'the same assembly as `npx cdk synth`, without the CDK command line.',
    )
    .argument(
      '[declaration]',
      'a name in lib/config/declarations, or a .ts, .mjs or .json file',
      DEFAULT_DECLARATION,
    )
    .option('-o, --out <dir>', 'directory of the assembly', 'cdk.out')
    .option('--validate', "also run the CDK library's own checks on every template (slow)")
    .action(async (declaration: string, options: { out: string; validate?: true }) => {
      await runSynth(declaration, options, context);
    });
}

async function runSynth(
  declaration: string,
  options: { readonly out: string; readonly validate?: true },
  context: CommandContext,
): Promise<void> {
  const { cwd, root, env, stdout, stderr } = context;
  const progress = startProgress(stderr);
  try {
    const directory = await synthesize({
      declaration,
      cwd,
      root,
      env,
      outDir: options.out,
      validate: options.validate === true,
      onProgress: (step) => {
        progress.step(step);
      },
    });
    progress.step('reading the templates');
    const assembly = loadAssembly(directory);
    const regions = new Set([...assembly.stacks.values()].map(({ region }) => region));
    progress.stop();
    stdout.write(
      `${assembly.stacks.size} stacks, ${assembly.resources().length} resources in ` +
        `${regions.size} Regions: ${relative(cwd, directory) || '.'}\n`,
    );
  } finally {
    progress.stop();
  }
}
