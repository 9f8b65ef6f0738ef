import { resolve } from 'node:path';
import { CommanderError, Command } from 'commander';
import { CommandError } from '../lib/tools/command';
import type { CommandContext } from '../lib/tools/command';
import { version } from '../package.json';

// The SDK's notice of which versions of Node it will need one day is nothing that a command's user can act on.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

type Register = (program: Command, context: CommandContext) => void;

interface LazyCommand {
  readonly summary: string;
  /** Loads the room that implements the command; only that of the command asked for is loaded. */
  readonly load: () => Promise<Register>;
}

const COMMANDS: Readonly<Record<string, LazyCommand>> = {
  synth: {
    summary: 'write the templates of all Regions',
    load: async () => (await import('../lib/tools/synth')).registerSynth,
  },
  twin: {
    summary: 'run the topology on this machine',
    load: async () => (await import('../lib/tools/twin')).registerTwin,
  },
  review: {
    summary: 'what would not survive, and why',
    load: async () => (await import('../lib/tools/review')).registerReview,
  },
  grow: {
    summary: 'what the next growth stage adds, changes and replaces',
    load: async () => (await import('../lib/tools/growth')).registerGrow,
  },
  drill: {
    summary: 'break a twin on purpose, and judge what comes of it',
    load: async () => (await import('../lib/tools/twin')).registerDrill,
  },
  move: {
    summary: 'move PostgreSQL from the one server to a cluster, while it serves',
    load: async () => (await import('../lib/tools/operations/move')).registerMove,
  },
  diagram: {
    summary: 'a picture of Regions, request path and data path',
    load: async () => (await import('../lib/tools/review')).registerDiagram,
  },
  cost: {
    summary: 'what it costs to leave the deployment on',
    load: async () => (await import('../lib/tools/cost')).registerCost,
  },
  deploy: {
    summary: 'deploy in waves of one Region each, while alarms watch',
    load: async () => (await import('../lib/tools/operations/deploy')).registerDeploy,
  },
  status: {
    summary: 'who serves, who writes what, and how far copies are behind',
    load: async () => (await import('../lib/tools/operations/regions')).registerStatus,
  },
  drain: {
    summary: 'take a Region out of traffic',
    load: async () => (await import('../lib/tools/operations/regions')).registerDrain,
  },
  evacuate: {
    summary: 'take a Region out of traffic, and move what it writes to others',
    load: async () => (await import('../lib/tools/operations/regions')).registerEvacuate,
  },
  switchover: {
    summary: 'move who writes a shard to another Region, losing nothing',
    load: async () => (await import('../lib/tools/operations/regions')).registerSwitchover,
  },
  return: {
    summary: 'let a Region into traffic again',
    load: async () => (await import('../lib/tools/operations/regions')).registerReturn,
  },
  geo: {
    summary: 'which Region each country and city should reach, and does',
    load: async () => (await import('../lib/tools/operations/geo')).registerGeo,
  },
};

/** Errors of rooms that know nothing of commands; they too are told without a stack. */
const UNUSABLE_INPUT = new Set(['DeclarationError', 'AssemblyError']);

/** Runs a command. @returns its exit code: 0 as asked, 1 findings, 2 unusable input */
export async function run(
  argv: readonly string[],
  surroundings: Omit<CommandContext, 'finish'>,
): Promise<number> {
  let code = 0;
  const context: CommandContext = {
    ...surroundings,
    finish: (exitCode) => {
      code = exitCode;
    },
  };
  try {
    const program = await buildProgram(argv, context);
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return report(error, context);
  }
}

/** Runs what this process was asked for. */
export async function start(): Promise<void> {
  const { stdout, stderr, env } = process;
  const surroundings = { cwd: process.cwd(), root: resolve(__dirname, '..'), env, stdout, stderr };
  process.exitCode = await run(process.argv.slice(2), surroundings);
}

async function buildProgram(argv: readonly string[], context: CommandContext): Promise<Command> {
  const program = new Command('meridian')
    .description('One typed declaration to N AWS Regions, and the same topology on this machine.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    })
    .showHelpAfterError('(--help shows what is possible)');
  const operands = argv.filter((argument) => !argument.startsWith('-'));
  const asked = operands[0] === 'help' ? operands[1] : operands[0];
  for (const [name, command] of Object.entries(COMMANDS)) {
    if (name === asked) (await command.load())(program, context);
    else program.command(name).summary(command.summary);
  }
  return program;
}

function report(error: unknown, { stderr }: CommandContext): number {
  const tell = (message: string, exitCode: number): number => {
    stderr.write(`meridian: ${message}\n`);
    return exitCode;
  };
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandError) return tell(error.message, error.exitCode);
  if (error instanceof Error && UNUSABLE_INPUT.has(error.name)) return tell(error.message, 2);
  return tell(error instanceof Error ? String(error.stack) : String(error), 1);
}
