import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { CommandContext } from '../../../command';
import { CommandError } from '../../../command';
import type * as Drills from '../../drill';
import type { Drill, DrillResult } from '../../drill';
import { claim, openHome } from '../../home';
import { describeDrill, drillTable } from './describe-drill';
import { startSteps } from './steps';
import type { Surroundings } from './up';
import { unusable, withTwin } from './up';

/** Loaded late, so that help and refusals are quick. */
const load = createRequire(__filename);

export interface DrillCommandOptions {
  readonly all?: true;
  readonly json?: true;
  /** Bring the Region that was hit back after a failover. */
  readonly return?: true;
  /** What is other than the templates declare: between Regions `sync`, replication. No evidence. */
  readonly whatIf?: 'sync';
  readonly name: string;
  readonly declaration: string;
  readonly assembly?: string;
  readonly timeScale: number;
  readonly rate?: number;
}

/** `drill`: each in a fresh twin of its own, which is gone afterwards. Exit code 1 where one fails. */
export async function drill(
  asked: string | undefined,
  options: DrillCommandOptions,
  context: CommandContext,
): Promise<void> {
  const drills = load('../../drill') as typeof Drills;
  const chosen = chosenDrills(drills, asked, options);
  const steps = startSteps(context.stderr);
  const results: Reported[] = [];
  try {
    const home = openHome(context.env, options.name);
    for (const [at, one] of chosen.entries()) {
      steps.say(`drill ${at + 1} of ${chosen.length}: ${one.name} (${one.summary})`);
      await claim(home, options.name, steps.say);
      const result = await perform(drills, one, options, { context, home, steps });
      if (result === undefined) break;
      results.push({ ...result, page: writePage(drills, home.drills, result) });
    }
  } catch (error) {
    throw unusable(error);
  } finally {
    steps.stop();
  }
  const all = summary(results, chosen.length);
  if (!all.passed) context.finish(1);
  const json = options.all === true ? all : results[0];
  if (json === undefined) return;
  if (options.json === true) context.stdout.write(`${JSON.stringify(json)}\n`);
  else {
    const table = options.all === true ? drillTable(results) : '';
    context.stdout.write(results.map(describeDrill).join('\n') + table);
  }
}

/** A result, and the file that shows it. */
type Reported = DrillResult & { readonly page: string };

/** What `drill --all --json` says; docs/schemas/drill-all.schema.json. */
export function summary(results: readonly Reported[], wanted: number) {
  const passed = results.length === wanted && results.every((result) => result.passed);
  return { schemaVersion: 1 as const, passed, drills: results };
}

function chosenDrills(
  { DRILLS, findDrill, mayBeSync, mayComeBack }: typeof Drills,
  asked: string | undefined,
  { all, return: back, whatIf }: DrillCommandOptions,
): readonly Drill[] {
  if (all === true && whatIf !== undefined) {
    throw new CommandError('--what-if is no evidence: name one drill in place of --all', 2);
  }
  if (all === true && asked === undefined) return DRILLS;
  if (all === true || asked === undefined) {
    const names = DRILLS.map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`);
    throw new CommandError(`name one drill, or ask for --all:\n${names.join('\n')}`, 2);
  }
  try {
    const drill = findDrill(asked);
    // Before a twin is started for it.
    if (back === true) mayComeBack(drill);
    if (whatIf !== undefined) mayBeSync(drill);
    return [drill];
  } catch (error) {
    throw unusable(error);
  }
}

/** @returns undefined where somebody ended it */
async function perform(
  { runDrill, comesBack, SYNC }: typeof Drills,
  one: Drill,
  { declaration, rate, ...options }: DrillCommandOptions,
  surroundings: Surroundings,
): Promise<DrillResult | undefined> {
  const { steps } = surroundings;
  const { declaration: own, zones } = one.setup;
  const up = {
    ...{ name: options.name, timeScale: options.timeScale },
    ...(zones === true && { zones }),
    ...(options.assembly === undefined || own !== undefined ? {} : { assembly: options.assembly }),
  };
  return withTwin(own ?? declaration, up, surroundings, async (twin, { signal, keeper }) => {
    keeper.ready(await twin.report());
    return runDrill(twin, one, {
      signal,
      ...(rate === undefined ? {} : { writesPerSecond: rate }),
      ...(options.whatIf === undefined ? {} : { whatIf: SYNC }),
      bringBack: options.return === true && comesBack(one),
      onEvent: ({ at, text }) => {
        steps.say(`${(at / 1000).toFixed(1).padStart(6)} s  ${text}`);
      },
    });
  });
}

function writePage({ drillPage }: typeof Drills, directory: string, result: DrillResult): string {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const page = join(directory, `${result.name}.html`);
  writeFileSync(page, drillPage(result), { mode: 0o600 });
  return page;
}
