import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Assembly } from '../../../assembly';
import type { CommandContext } from '../../../command';
import { CommandError } from '../../../command';
import type * as Synth from '../../../synth';
import type { RunHome } from '../../home';
import { claim, keepLogs, openHome, removeTwin } from '../../home';
import type { Part, Readers } from '../../plan';
import { demandPort, Stopped, Supervisor } from '../../processes';
import type { Twin } from '../../run';
import type { LinkOptions } from './condition';
import { describe } from './describe';
import type * as Engine from './engine';
import { offerDrills, offerFaults, offerOperations } from './offer-drills';
import { reviewLines } from './review-summary';
import { stopOnSignal } from './signals';
import { StateKeeper } from './state-keeper';
import type { Steps } from './steps';
import { startSteps } from './steps';

/** Loaded late, so that the first line of progress is not kept waiting. */
const load = createRequire(__filename);

export interface UpOptions extends LinkOptions {
  readonly name: string;
  readonly assembly?: string;
  readonly json?: true;
  readonly strict?: true;
  readonly timeScale: number;
  /** Whether Regions that write run zone by zone. @default false */
  readonly zones?: true;
  /** Whose readers run. @default of every cluster, where there are few, else of those that write */
  readonly readers?: Readers;
  /** So much later readers show what their cluster has, in milliseconds. @default 0 */
  readonly readerLag?: number;
  readonly dnsPort?: number;
  readonly consolePort?: number;
  readonly edgePort?: number;
  readonly ports?: true;
}

/** `twin up` in the foreground: returns when the twin was stopped. */
export async function up(
  declaration: string,
  options: UpOptions,
  context: CommandContext,
): Promise<void> {
  const steps = startSteps(context.stderr);
  try {
    steps.step(`starting the twin "${options.name}" of ${options.assembly ?? declaration}`);
    const home = openHome(context.env, options.name);
    await checkPorts([options.dnsPort, options.consolePort, options.edgePort]);
    await claim(home, options.name, steps.say);
    await run(declaration, options, { context, home, steps });
  } catch (error) {
    throw unusable(error);
  } finally {
    steps.stop();
  }
}

export interface Surroundings {
  readonly context: CommandContext;
  readonly home: RunHome;
  readonly steps: Steps;
  /** Told of the templates while the rest is being prepared. */
  readonly onAssembly?: (assembly: Assembly) => void;
}

async function run(
  declaration: string,
  options: UpOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { cwd } = surroundings.context;
  const json = options.json === true;
  let reviewed: readonly string[] = [];
  const onAssembly = (assembly: Assembly): void => {
    if (json) return;
    const known = options.assembly === undefined ? declaration : undefined;
    const subject = options.assembly ?? declaration;
    reviewed = reviewLines({ assembly, declaration: known, cwd, subject });
  };
  const around = { ...surroundings, onAssembly };
  await withTwin(declaration, options, around, async (twin, { asked, keeper }) => {
    const report = await twin.report();
    offerDrills(twin);
    offerFaults(twin);
    offerOperations(twin);
    surroundings.steps.stop();
    keeper.ready(report);
    const words = json
      ? `${JSON.stringify(report)}\n`
      : describe(report, 'Ctrl-C ends it.', reviewed);
    surroundings.context.stdout.write(words);
    await asked;
  });
}

/** A twin in use. */
export interface InUse {
  /** Aborted, and resolved, when somebody asks the twin to end. */
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
  readonly keeper: StateKeeper;
}

/**
 * From the claimed run directory to its removal: the twin is ended when `use` returns or throws.
 *
 * @returns what `use` returned; undefined where somebody asked the twin to end
 */
export async function withTwin<T>(
  declaration: string,
  options: UpOptions,
  surroundings: Surroundings,
  use: (twin: Twin, inUse: InUse) => Promise<T>,
): Promise<T | undefined> {
  const { home, steps } = surroundings;
  const supervisor = new Supervisor((label, code) => {
    steps.say(`${label} ended (exit code ${code}); logs in ${join(home.directory, 'logs')}`);
  });
  const keeper = new StateKeeper(home, supervisor);
  const request = stopOnSignal(supervisor, steps.say);
  const ending = new AbortController();
  const signal = AbortSignal.any([request.signal, ending.signal]);
  const under: Promise<unknown>[] = [];
  try {
    const twin = await start(declaration, options, surroundings, { supervisor, signal, under });
    return await use(twin, { signal: request.signal, asked: request.asked, keeper });
  } catch (error) {
    // What failed because everything is being ended is not worth telling.
    if (request.signal.aborted || error instanceof Stopped) return undefined;
    throw isStartError(error) ? await withLogs(error, home, options.name) : error;
  } finally {
    keeper.stopping();
    ending.abort();
    await Promise.all([supervisor.stop(), Promise.allSettled(under)]);
    await removeTwin(home);
    request.forget();
  }
}

interface Running {
  readonly supervisor: Supervisor;
  readonly signal: AbortSignal;
  /** Work under way that has to settle before the run directory can be removed. */
  readonly under: Promise<unknown>[];
}

/** What needs no assembly is prepared while the assembly is synthesized, by a process of its own. */
async function start(
  declaration: string,
  options: UpOptions,
  surroundings: Surroundings,
  { supervisor, signal, under }: Running,
): Promise<Twin> {
  const { context, home, steps, onAssembly } = surroundings;
  const directory = assemblyOf(declaration, options, surroundings, signal);
  under.push(directory);
  // Until it is waited for, this is who listens.
  directory.catch(() => undefined);
  const { conditionOf, loadAssembly, prepare, startTwin, surveyAssembly } = load(
    './engine',
  ) as typeof Engine;
  const prepared = prepare(home, { env: context.env, signal });
  under.push(prepared.settled);
  const assembly = loadAssembly(await directory);
  onAssembly?.(assembly);
  const cache = await prepared.cache;
  for (const note of cache.notes) steps.say(note);
  if (options.strict === true) refuseStandIns(surveyAssembly(assembly, cache).parts);
  return startTwin({
    ...{ ...prepared, name: options.name, home, assembly, supervisor },
    ...{ timeScale: options.timeScale, zones: options.zones === true },
    ...{ readers: options.readers, readerLagMs: options.readerLag },
    ports: { dns: options.dnsPort, console: options.consolePort, edge: options.edgePort },
    layout: options.ports === true ? 'ports' : undefined,
    link: { condition: conditionOf(options), seed: options.linkSeed },
    onProgress: steps.step,
  });
}

async function assemblyOf(
  declaration: string,
  { assembly }: UpOptions,
  { context, home, steps }: Surroundings,
  signal: AbortSignal,
): Promise<string> {
  const { cwd, root, env } = context;
  if (assembly !== undefined) return resolve(cwd, assembly);
  const { synthesize } = load('../../../synth') as typeof Synth;
  const outDir = join(home.directory, 'assembly');
  return synthesize({ declaration, cwd, root, env, outDir, signal, onProgress: steps.step });
}

/**
 * What can only be emulated on this machine is not refused: nobody could do anything about it.
 *
 * @throws CommandError (1) listing the stand-ins in whose place a real program can be had
 */
function refuseStandIns(parts: readonly Part[]): void {
  const refused = parts.filter(({ remedy }) => remedy !== undefined);
  if (refused.length === 0) return;
  const list = refused.map(
    ({ resource, engine, remedy = '' }) => `  ${resource}: ${engine}\n    Remedy: ${remedy}`,
  );
  const what = 'stand-ins where the real program can be had';
  throw new CommandError(`--strict refuses ${what}:\n${list.join('\n')}`, 1);
}

/** Tells of a port that is taken before anything is started. @throws PortTaken */
async function checkPorts(asked: readonly (number | undefined)[]): Promise<void> {
  for (const port of asked) if (port !== undefined) await demandPort('127.0.0.1', port);
}

const UNUSABLE_INPUT = new Set(['DrillRefused', 'MissingPrograms', 'PlanError']);

/** Errors of parts that know nothing of commands, as input that cannot be used. */
export function unusable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (UNUSABLE_INPUT.has(error.name)) return new CommandError(error.message, 2);
  if (error.name !== 'PortTaken') return error;
  return new CommandError(`${error.message}. Remedy: ask for another, or for none`, 2);
}

function isStartError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'StartError';
}

async function withLogs(error: Error, home: RunHome, name: string): Promise<CommandError> {
  const kept = await keepLogs(home, name);
  return new CommandError(`the twin did not start: ${error.message} (logs: ${kept})`, 1);
}
