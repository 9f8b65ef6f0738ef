import type { Command } from 'commander';
import type { CommandContext } from '../command';
import { DEFAULT_DECLARATION } from '../declaration';
import { CommandError } from '../command';
import { readSubject, SUBJECT } from '../subject';
import type { BackupAssumptions } from './assumptions';
import { ASSUMED, assumptionsOf } from './assumptions';
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
        'What use drives is not included; the storage of backups is told apart, by what is assumed.',
    )
    .argument('[declaration or assembly]', SUBJECT, DEFAULT_DECLARATION)
    .option(
      '--assume <list>',
      'GB that each thing of a kind holds, and percent of it that changes in a day, for the ' +
        `storage of backups; by default ${defaults()}`,
    )
    .option('--json', 'print one JSON object (docs/schemas/cost.schema.json)')
    .action(async (subject: string, options: { json?: true; assume?: string }) => {
      const assumed = read(options.assume);
      const report = standingCost((await readSubject(subject, context)).assembly, assumed);
      context.stdout.write(
        options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
      );
    });
}

function defaults(): string {
  return Object.entries(ASSUMED)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}

function read(text: string | undefined): BackupAssumptions {
  try {
    return assumptionsOf(text);
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), 2);
  }
}
