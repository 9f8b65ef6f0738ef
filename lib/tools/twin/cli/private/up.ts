import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { CommandContext } from '../../../command';
import { CommandError } from '../../../command';
import type * as Synth from '../../../synth';
import type { RunHome, TwinState } from '../../home';
import { claim, openHome, readState, removeTwin, writeState } from '../../home';
import type { Part } from '../../plan';
import type { Report, Twin } from '../../run';
import { demandPort, Stopped, Supervisor } from '../../processes';
import { describe } from './describe';
import type * as Engine from './engine';
import { startSteps } from './steps';

/** Loaded late, so that the first line of progress is not kept waiting. */
const load = createRequire(__filename);

export interface UpOptions {
  readonly name: string;
  readonly assembly?: string;
  readonly json?: true;
  readonly strict?: true;
  readonly timeScale: number;
  readonly dnsPort?: number;
  readonly consolePort?: number;
  readonly edgePort?: number;
}

/** `twin up` in the foreground: returns when the twin was stopped. */
export async function up(
  declaration: string,
  options: UpOptions,
  context: CommandContext,
): Promise<void> {
  const { stdout, stderr } = context;
  const steps = startSteps(stderr);
  steps.step(`starting the twin "${options.name}" of ${options.assembly ?? declaration}`);
  const home = openHome(context.env, options.name);
  await checkPorts([options.dnsPort, options.consolePort, options.edgePort]);
  await claim(home, options.name, (message) => {
    steps.say(message);
  });
  const supervisor = new Supervisor((label, code) => {
    stderr.write(`${label} ended (exit code ${code}); logs in ${join(home.directory, 'logs')}\n`);
  });
  const keeper = new StateKeeper(home, supervisor);
  const stopped = stopOnSignal(supervisor, (message) => {
    steps.say(message);
  });
  try {
    const twin = await start(declaration, options, context, { home, supervisor, step: steps.step });
    const report = await twin.report();
    steps.stop();
    keeper.ready(report);
    stdout.write(
      options.json === true ? `${JSON.stringify(report)}\n` : describe(report, twin.originHost),
    );
    await stopped.asked;
  } catch (error) {
    // What failed because everything is being ended is not worth telling.
    if (!stopped.isAsked() && !(error instanceof Stopped)) throw unusable(error);
  } finally {
    steps.stop();
    keeper.stopping();
    await supervisor.stop();
    await removeTwin(home);
    stopped.forget();
  }
}

/** Tells of a port that is taken before anything is started. @throws CommandError (2) naming it */
async function checkPorts(asked: readonly (number | undefined)[]): Promise<void> {
  for (const port of asked) {
    if (port === undefined) continue;
    await demandPort('127.0.0.1', port).catch((error: unknown) => {
      throw unusable(error);
    });
  }
}

interface Running {
  readonly home: RunHome;
  readonly supervisor: Supervisor;
  readonly step: (label: string) => void;
}

/** What needs no assembly is prepared while the assembly is synthesized, by a process of its own. */
async function start(
  declaration: string,
  options: UpOptions,
  context: CommandContext,
  { home, supervisor, step }: Running,
): Promise<Twin> {
  const directory = assemblyOf(declaration, options, context, { home, step });
  directory.catch(() => undefined);
  const { loadAssembly, prepare, startTwin, surveyAssembly } = load('./engine') as typeof Engine;
  const prepared = prepare(home);
  const assembly = loadAssembly(await directory);
  if (options.strict === true) refuseEmulated(surveyAssembly(assembly).parts);
  return startTwin({
    ...{ ...prepared, name: options.name, home, assembly, supervisor },
    timeScale: options.timeScale,
    ports: { dns: options.dnsPort, console: options.consolePort, edge: options.edgePort },
    onProgress: step,
  });
}

async function assemblyOf(
  declaration: string,
  { assembly }: UpOptions,
  { cwd, root, env }: CommandContext,
  { home, step }: Pick<Running, 'home' | 'step'>,
): Promise<string> {
  if (assembly !== undefined) return resolve(cwd, assembly);
  const { synthesize } = load('../../../synth') as typeof Synth;
  const outDir = join(home.directory, 'assembly');
  return synthesize({ declaration, cwd, root, env, outDir, onProgress: step });
}

/** @throws CommandError (1) listing the parts that are emulated */
function refuseEmulated(parts: readonly Part[]): void {
  const emulated = parts.filter(({ state }) => state === 'emulated');
  if (emulated.length === 0) return;
  const list = emulated.map(({ resource, engine }) => `  ${resource}: ${engine}`).join('\n');
  throw new CommandError(`--strict refuses parts that are emulated:\n${list}`, 1);
}

/** Errors of parts that know nothing of commands, as input that cannot be used. */
function unusable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'PlanError' || error.name === 'PortTaken') {
    const remedy = error.name === 'PortTaken' ? '. Remedy: ask for another, or for none' : '';
    return new CommandError(`${error.message}${remedy}`, 2);
  }
  return error;
}

/** Keeps state.json true while processes come and go. */
class StateKeeper {
  private readonly timer: NodeJS.Timeout;
  private extra: Partial<TwinState> = {};
  private last = '';

  public constructor(
    private readonly home: RunHome,
    private readonly supervisor: Supervisor,
  ) {
    this.timer = setInterval(() => {
      this.write();
    }, 500);
  }

  public ready(report: Report): void {
    this.extra = { status: 'ready', console: report.console, report };
    this.write();
  }

  public stopping(): void {
    clearInterval(this.timer);
    this.extra = { ...this.extra, status: 'stopping' };
    this.write();
  }

  private write(): void {
    const state = readState(this.home.directory);
    if (state === undefined) return;
    const next = { ...state, ...this.extra, processes: this.supervisor.processes() };
    const text = JSON.stringify(next);
    if (text === this.last) return;
    this.last = text;
    writeState(this.home.directory, next);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The first signal ends everything in order, the second at once. */
function stopOnSignal(supervisor: Supervisor, say: (message: string) => void) {
  let count = 0;
  let tell: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const onSignal = () => {
    count += 1;
    if (count === 1) {
      say('stopping (once more to stop at once)');
      void supervisor.stop();
      tell();
    } else {
      supervisor.kill();
      // Children end when this process does; the run directory is cleaned at the next start.
      setTimeout(() => process.exit(1), 200);
    }
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    asked,
    isAsked: () => count > 0,
    forget: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
