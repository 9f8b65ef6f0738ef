import type { Command } from 'commander';
import { CommandError, startProgress } from '../../command';
import type { CommandContext } from '../../command';
import { MoveError } from './model';
import type { MoveReport } from './model';
import { abortMove, moveDatabases } from './move';

interface Options {
  readonly databases: string;
  readonly source?: string;
  readonly target?: string;
  readonly sourceAddress?: string;
  readonly cutover?: true;
  readonly abort?: true;
  readonly json?: true;
}

/** `meridian move --databases A,B [--cutover | --abort] [--json]` */
export function registerMove(program: Command, context: CommandContext): void {
  program
    .command('move')
    .summary('move PostgreSQL from the one server to a cluster, while it serves')
    .description(
      'Copies databases by logical replication and follows every change; with --cutover it keeps ' +
        'everybody out of the source, waits for the last change, carries sequences over, compares ' +
        'and ends. May be repeated. The order of the whole step: docs/growth.md.',
    )
    .requiredOption('--databases <names>', 'names of the databases, comma separated')
    .option('--source <url>', 'postgres://user:password@host:port; or MERIDIAN_MOVE_SOURCE')
    .option('--target <url>', 'the same of the cluster; or MERIDIAN_MOVE_TARGET')
    .option('--source-address <host:port>', 'the source as the target reaches it')
    .option('--cutover', 'fence the source and finish')
    .option('--abort', 'end the move and let the source serve again')
    .option('--json', 'print one JSON object (docs/schemas/move.schema.json)')
    .action(async (options: Options) => {
      await run(options, context);
    });
}

async function run(options: Options, { env, stdout, stderr }: CommandContext): Promise<void> {
  if (options.cutover === true && options.abort === true) {
    throw new CommandError('--cutover and --abort exclude each other', 2);
  }
  const ends = endsOf(options, env);
  const progress = startProgress(stderr);
  const onProgress = (step: string): void => {
    progress.step(step);
  };
  try {
    if (options.abort === true) {
      const roles = await abortMove(ends);
      stdout.write(`ended; may connect again: ${roles.join(', ') || 'nobody was kept out'}\n`);
      return;
    }
    const { sourceAddress, cutover } = options;
    const report = await moveDatabases({
      ...{ ...ends, onProgress },
      ...(sourceAddress !== undefined && { sourceAddress }),
      ...(cutover === true && { cutover }),
    });
    stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : format(report));
  } catch (error) {
    if (error instanceof MoveError) throw new CommandError(error.message, 1);
    throw error;
  } finally {
    progress.stop();
  }
}

/** @throws CommandError (2) that tells all faults at once */
function endsOf(options: Options, env: Readonly<NodeJS.ProcessEnv>) {
  const source = options.source ?? env['MERIDIAN_MOVE_SOURCE'] ?? '';
  const target = options.target ?? env['MERIDIAN_MOVE_TARGET'] ?? '';
  const databases = options.databases.split(',').filter((name) => name !== '');
  const faults = [
    ...urlFaults('--source', source),
    ...urlFaults('--target', target),
    ...(databases.length === 0 ? ['--databases must name one at least, got: nothing'] : []),
  ];
  if (faults.length > 0) throw new CommandError(faults.join('; '), 2);
  return { source, target, databases };
}

function urlFaults(option: string, text: string): readonly string[] {
  if (URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)) return [];
  // What is wrong may hold a password.
  const found = text === '' ? 'nothing' : 'another text';
  return [`${option} must be postgres://user:password@host:port, got: ${found}`];
}

function format({ phase, tables, sequences, fencedRoles, cutoverMs }: MoveReport): string {
  const rows = tables.map(({ database, table, rows: count }) => `  ${database}.${table}: ${count}`);
  const head =
    phase === 'following'
      ? 'the target has every row so far and follows; --cutover finishes'
      : `moved; nothing could be written for ${cutoverMs ?? 0} ms; kept out of the source: ${fencedRoles.join(', ')}`;
  const carried = sequences.map(
    ({ database, sequence, lastValue }) => `  ${database}.${sequence} goes on after ${lastValue}`,
  );
  return `${[head, ...rows, ...carried].join('\n')}\n`;
}
