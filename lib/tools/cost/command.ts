import type { Command } from 'commander';
import type { CommandContext } from '../command';
import { DEFAULT_DECLARATION } from '../declaration';
import { readSubject, SUBJECT } from '../subject';
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
    .argument('[declaration or assembly]', SUBJECT, DEFAULT_DECLARATION)
    .option('--json', 'print one JSON object (docs/schemas/cost.schema.json)')
    .action(async (subject: string, options: { json?: true }) => {
      const report = standingCost((await readSubject(subject, context)).assembly);
      context.stdout.write(
        options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
      );
    });
}
