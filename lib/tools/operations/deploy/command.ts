import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { loadAssembly } from '../../assembly';
import { confirm, startProgress } from '../../command';
import type { CommandContext } from '../../command';
import { DEFAULT_DECLARATION } from '../../declaration';
import { assemblyDirectory } from '../../subject';
import { formatPlan, formatReport } from './format';
import type { DeploymentReport } from './model';
import { awsAccount } from './private/account';
import { planDeployment, rollOut } from './roll-out';

const DEFAULT_BAKE_MINUTES = 10;
const MOST_BAKE_MINUTES = 24 * 60;

interface Options {
  readonly bake: number;
  readonly accept: readonly string[];
  readonly yes?: true;
  readonly contract: boolean;
  readonly plan?: true;
  readonly json?: true;
}

/** `meridian deploy [SUBJECT]` */
export function registerDeploy(program: Command, context: CommandContext): void {
  program
    .command('deploy')
    .summary('deploy in waves of one Region each, while alarms watch')
    .description(
      'Deploys by the CDK, in the order that the stacks depend on each other, one Region at a time. ' +
        'After each wave the alarms of all Regions are watched; one that rings, or is unknown where ' +
        'it was well, stops the deployment. After the last wave each Region takes the contract steps of ' +
        'migrations that waited for it, or says why they wait. Exit code 1 where it stopped.',
    )
    .argument('[subject]', 'a declaration, or the directory of an assembly', DEFAULT_DECLARATION)
    .option(
      '--bake <minutes>',
      'how long alarms are watched after a wave',
      minutes,
      DEFAULT_BAKE_MINUTES,
    )
    .option('--accept <alarm...>', 'names of alarms that may ring', [])
    .option('--contract', 'take contract steps of migrations after the last wave', true)
    .option(
      '--no-contract',
      'leave contract steps waiting: behind them no older release is deployed',
    )
    .option('--yes', 'do it without asking')
    .option('--plan', 'only show the waves')
    .option('--json', 'print one JSON object (docs/schemas/deploy.schema.json)')
    .action(async (subject: string, options: Options) => {
      const aside = mkdtempSync(join(tmpdir(), 'meridian-deploy-'));
      try {
        const directory = await synthesized(subject, aside, context);
        const report = await deploy(directory, options, context);
        context.stdout.write(
          options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report),
        );
        context.finish(report.outcome === 'stopped' || report.outcome === 'declined' ? 1 : 0);
      } finally {
        rmSync(aside, { recursive: true, force: true });
      }
    });
}

async function synthesized(
  subject: string,
  aside: string,
  context: CommandContext,
): Promise<string> {
  const progress = startProgress(context.stderr);
  try {
    return await assemblyDirectory(subject, aside, context, (step) => {
      progress.step(step);
    });
  } finally {
    progress.stop();
  }
}

async function deploy(
  directory: string,
  { bake, accept, contract, plan: planOnly, yes }: Options,
  context: CommandContext,
): Promise<DeploymentReport> {
  const { stderr } = context;
  const assembly = loadAssembly(directory);
  const plan = planDeployment(assembly, bake);
  stderr.write(formatPlan(plan));
  const ended = (outcome: 'planned' | 'declined'): DeploymentReport => ({
    ...{ schemaVersion: 1, outcome, plan, waves: [], contracts: [], reason: null },
  });
  if (planOnly === true) return ended('planned');
  if (yes !== true && !(await confirm(stderr))) return ended('declined');
  const account = awsAccount(directory, context);
  try {
    const rolledOut = await rollOut({
      ...{ assembly, plan, account, clock: { now: Date.now, sleep } },
      ...{ accepted: new Set(accept), contract },
      tell: (text) => {
        stderr.write(`${text}\n`);
      },
    });
    const outcome = rolledOut.reason === null ? 'done' : 'stopped';
    return { schemaVersion: 1, outcome, plan, ...rolledOut };
  } finally {
    account.close();
  }
}

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= MOST_BAKE_MINUTES) return value;
  throw new InvalidArgumentError(`It must be a number of minutes from 0 to ${MOST_BAKE_MINUTES}.`);
}
