import type { Command } from 'commander';
import type { CommandContext } from '../../command';
import { CommandError, didYouMean } from '../../command';
import { DEFAULT_DECLARATION, loadDeployment } from '../../declaration';
import type { Estate } from './model';
import type { OperateOptions, Operation } from './operate';
import { drainOf, evacuationOf, fencingOf, operate, returnOf, switchoverOf } from './operate';
import { awsEstate } from './private/aws/estate';
import { formatOperation, formatStatus } from './private/format';
import { shardsNamed } from './private/named';
import { statusOf } from './private/status';
import { twinEstate } from './private/twin';

interface SubjectOptions {
  readonly twin?: string;
  readonly declaration: string;
  readonly json?: true;
}

type Options = SubjectOptions & OperateOptions;

/** `meridian status` */
export function registerStatus(program: Command, context: CommandContext): void {
  on(program.command('status'))
    .summary('who serves, who writes what, and how far copies are behind')
    .description(
      'Asks the traffic switches, health checks, topology document and databases. What does not ' +
        'answer is unknown, never well. Exit code 1 where there is anything to look at.',
    )
    .action(async (options: SubjectOptions) => {
      await withEstate(options, context, async (estate) => {
        const report = await statusOf(estate);
        context.stdout.write(
          options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatStatus(report),
        );
        context.finish(report.findings.length > 0 ? 1 : 0);
      });
    });
}

/** `meridian drain REGION` */
export function registerDrain(program: Command, context: CommandContext): void {
  acting(program.command('drain'), '<region>')
    .summary('take a Region out of traffic')
    .description(
      'Throws the switch that its health check reads: DNS and CDN leave it. Who writes stays as it is: ' +
        '`meridian evacuate` moves that too.',
    )
    .option('--force', 'even if too few Regions are known to serve without it')
    .action(async (region: string, options: Options) => {
      await act(options, context, (estate) => drainOf(regionIn(estate, region)));
    });
}

const FENCE_ONLY = 'fence, wait one lease and leave the promotion to a Region switch plan';

/** `meridian evacuate REGION` */
export function registerEvacuate(program: Command, context: CommandContext): void {
  acting(program.command('evacuate'), '<region>')
    .summary('take a Region out of traffic, and move what it writes to others')
    .description(
      'Each shard is fenced, one lease waited for, a copy promoted and named in the topology ' +
        'document. A writer that answers hands over without loss; of one that does not, writes may ' +
        'be lost: that needs --accept-loss.',
    )
    .option('--accept-loss', 'promote copies of writers that do not answer')
    .option('--fence-only', FENCE_ONLY)
    .action(async (region: string, options: Options) => {
      await act(options, context, (estate) => evacuationOf(regionIn(estate, region)));
    });
}

/** `meridian switchover STORE|SHARD --to REGION` */
export function registerSwitchover(program: Command, context: CommandContext): void {
  acting(program.command('switchover'), '<store or shard>')
    .summary('move who writes a shard to another Region, losing nothing')
    .description('Of a store or a domain: all shards that hold some of it.')
    .requiredOption('--to <region>', 'who writes it then')
    .option('--fence-only', FENCE_ONLY)
    .action(async (name: string, options: Options & { readonly to: string }) => {
      await act(options, context, async (estate) => {
        const to = regionIn(estate, options.to);
        return switchoverOf(await shardsNamed(estate, name), to);
      });
    });
}

/** `meridian return REGION` */
export function registerReturn(program: Command, context: CommandContext): void {
  acting(program.command('return'), '<region>')
    .summary('let a Region into traffic again')
    .description(
      'Only where it answers its health check and each of its copies follows who writes. Who writes ' +
        'stays as it is: `meridian switchover` brings a shard home.',
    )
    .option('--force', 'even if it is not known to be well')
    .action(async (region: string, options: Options) => {
      await act(options, context, (estate) => returnOf(regionIn(estate, region)));
    });
}

function acting(command: Command, argument: string): Command {
  return on(command.argument(argument))
    .option('--yes', 'do it without asking')
    .option('--plan', 'only show what it would do and cost');
}

function on(command: Command): Command {
  return command
    .option('--twin <name>', 'act on this twin in place of AWS')
    .option(
      '--declaration <declaration>',
      'which deployment: a name in lib/config/declarations, or a .ts, .mjs or .json file',
      DEFAULT_DECLARATION,
    )
    .option('--json', 'one JSON object on standard output');
}

async function act(
  options: Options,
  context: CommandContext,
  operationOf: (estate: Estate) => Operation | Promise<Operation>,
): Promise<void> {
  await withEstate(options, context, async (estate) => {
    const whole = await operationOf(estate);
    const operation = options.fenceOnly === true ? fencingOf(whole) : whole;
    const report = await operate(estate, operation, options, context);
    context.stdout.write(
      options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatOperation(report),
    );
    context.finish(['declined', 'refused'].includes(report.outcome) ? 1 : 0);
  });
}

async function withEstate(
  { twin, declaration }: SubjectOptions,
  { cwd, env }: CommandContext,
  use: (estate: Estate) => Promise<void>,
): Promise<void> {
  const estate =
    twin === undefined
      ? awsEstate(loadDeployment(declaration, { cwd }), {
          pathStyle: (env['AWS_ENDPOINT_URL'] ?? env['AWS_ENDPOINT_URL_S3']) !== undefined,
        })
      : await twinEstate(twin, env);
  try {
    await use(estate);
  } finally {
    estate.close();
  }
}

function regionIn({ regions }: Estate, region: string): string {
  if (regions.includes(region)) return region;
  const got = `${region}${didYouMean(region, regions)}`;
  throw new CommandError(`the Region must be one of ${regions.join(', ')}, got: ${got}`, 2);
}
