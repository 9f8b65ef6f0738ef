import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadAssembly } from '../assembly';
import type { Assembly } from '../assembly';
import { startProgress } from '../command';
import type { CommandContext } from '../command';
import { DEFAULT_DECLARATION } from '../declaration';
import { synthesize } from '../synth';
import { formatReport } from './format';
import { standingCost } from './report';

/** `meridian cost [DECLARATION|ASSEMBLY] [--json]` */
export function registerCost(program: Command, context: CommandContext): void {
  program
    .command('cost')
    .summary('what it costs to leave the deployment on')
    .description(
      'Sums what bills for existing, used or not: instances, servers at their fewest, cache nodes, ' +
        'load balancers, gateways, addresses, firewalls, keys, secrets, health checks, alarms. ' +
        'What use drives is not included.',
    )
    .argument(
      '[declaration or assembly]',
      'a name in lib/config/declarations, a .ts, .mjs or .json file, or a directory that ' +
        '`meridian synth` or `cdk synth` wrote',
      DEFAULT_DECLARATION,
    )
    .option('--json', 'print one JSON object (docs/schemas/cost.schema.json)')
    .action(async (subject: string, options: { json?: true }) => {
      const report = standingCost(await readSubject(subject, context));
      context.stdout.write(
        options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
      );
    });
}

/** An assembly as it lies in its directory, or one synthesized aside and removed again. */
async function readSubject(subject: string, context: CommandContext): Promise<Assembly> {
  const { cwd, root, env, stderr } = context;
  const directory = resolve(cwd, subject);
  if (existsSync(join(directory, 'manifest.json'))) return loadAssembly(directory);

  const progress = startProgress(stderr);
  const aside = mkdtempSync(join(tmpdir(), 'meridian-cost-'));
  try {
    const onProgress = (step: string): void => {
      progress.step(step);
    };
    await synthesize({ declaration: subject, cwd, root, env, outDir: aside, onProgress });
    return loadAssembly(aside);
  } finally {
    progress.stop();
    rmSync(aside, { recursive: true, force: true });
  }
}
