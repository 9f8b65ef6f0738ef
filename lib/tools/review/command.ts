import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { CommandError } from '../command';
import type { CommandContext } from '../command';
import { DEFAULT_DECLARATION, loadDeployment } from '../declaration';
import { readSubject, SUBJECT } from '../subject';
import { formatJson, formatMarkdown, formatSarif, formatText } from './format';
import { intentOf, readIntent } from './intent';
import type { Intent, Severity } from './model';
import { SEVERITIES } from './model';
import { View } from './private/view';
import {
  formatLoss,
  formatSinglePoints,
  formatSum,
  lose,
  parseLoss,
  singlePoints,
  sumOf,
} from './questions';
import { review } from './review';
import type { ReviewReport } from './review';

const FORMATS = {
  text: formatText,
  json: formatJson,
  sarif: formatSarif,
  markdown: formatMarkdown,
} as const;

interface Options {
  readonly failOn: Severity;
  readonly format: keyof typeof FORMATS;
  readonly json?: true;
  readonly lose?: string;
  readonly singlePoints?: true;
  readonly sum?: true;
  readonly declaration?: string;
  readonly intent?: string;
  readonly region?: readonly string[];
}

/** `meridian review [ASSEMBLY] [--fail-on SEVERITY] [--format FORMAT]` */
export function registerReview(program: Command, context: CommandContext): void {
  program
    .command('review')
    .summary('what would not survive, and why')
    .description(
      'Reads the templates of all Regions as one system and holds them against the rules of ' +
        'docs/rules: what would not survive the loss of a Region, a zone or a control plane. ' +
        'Exit code 1 with findings of the severity of --fail-on or above, 2 for unusable input.',
    )
    .argument('[assembly or declaration]', SUBJECT, DEFAULT_DECLARATION)
    .addOption(
      new Option('--fail-on <severity>', 'least severity that makes the exit code 1')
        .choices(SEVERITIES)
        .default('error'),
    )
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(Object.keys(FORMATS))
        .default('text'),
    )
    .option(
      '--lose <what>',
      'what stops for whom if it is lost: region:R, partition:R, az:Z, service:S@R, control-plane:S, resource:KEY',
    )
    .option(
      '--single-points',
      'every loss that lasts beyond the objective, ranked by users; 1 if there is one',
    )
    .option('--sum', 'RTO and RPO of each pair of Regions, availability, capacity, quotas')
    .option('--json', 'the same as --format json (docs/schemas/review.schema.json)')
    .option(
      '--declaration <declaration>',
      'whose objectives, demand and acknowledgements hold for an assembly',
    )
    .option('--intent <file>', 'a JSON file with the same for templates of other applications')
    .option(
      '--region <regions>',
      'Regions of templates whose path names none, comma separated',
      regionList,
    )
    .action(async (subject: string, options: Options) => {
      await runReview(subject, options, context);
    });
}

async function runReview(
  subject: string,
  options: Options,
  context: CommandContext,
): Promise<void> {
  refuseTogether(options);
  const given = givenIntent(options, context);
  const { assembly, deployment } = await readSubject(subject, context, options.region);
  const intent = given ?? (deployment && intentOf(deployment)) ?? {};
  const answer = answerOf(new View(assembly, intent), options);
  if (answer !== undefined) {
    const json = options.json === true || options.format === 'json';
    context.stdout.write(json ? `${JSON.stringify(answer.report, null, 2)}\n` : answer.text());
    context.finish(answer.fails ? 1 : 0);
    return;
  }
  const report = review(assembly, { intent });
  const format = options.json === true ? formatJson : FORMATS[options.format];
  context.stdout.write(format(report, assembly));
  context.finish(fails(report, options.failOn) ? 1 : 0);
}

/** One question is answered at a time, as text or JSON: what would be passed over is refused. */
function refuseTogether({ lose: loss, singlePoints, sum, format, intent, declaration }: Options) {
  const asked = [
    ...(loss === undefined ? [] : ['--lose']),
    ...(singlePoints === true ? ['--single-points'] : []),
    ...(sum === true ? ['--sum'] : []),
  ];
  const faults = [
    ...(asked.length > 1 ? [`${asked.join(', ')}: one of them at a time`] : []),
    ...(asked.length > 0 && !['text', 'json'].includes(format)
      ? [`--format ${format} with ${asked.join(', ')}; allowed: text, json`]
      : []),
    ...(intent !== undefined && declaration !== undefined
      ? ['--intent, --declaration: one of them']
      : []),
  ];
  if (faults.length > 0) throw new CommandError(faults.join('; '), 2);
}

interface AnyAnswer {
  readonly report: object;
  readonly text: () => string;
  readonly fails: boolean;
}

/** The answer where a question was asked in place of the rules. */
function answerOf(view: View, options: Options): AnyAnswer | undefined {
  if (options.lose !== undefined) {
    const report = lose(view, parseLoss(options.lose, view), options.lose);
    return { report, text: () => formatLoss(report), fails: false };
  }
  if (options.singlePoints === true) {
    const report = singlePoints(view);
    return { report, text: () => formatSinglePoints(report), fails: report.points.length > 0 };
  }
  if (options.sum !== true) return undefined;
  const report = sumOf(view);
  return { report, text: () => formatSum(report), fails: false };
}

function givenIntent(
  { declaration, intent }: Options,
  { cwd }: CommandContext,
): Intent | undefined {
  if (intent !== undefined) return readIntent(intent, cwd);
  return declaration === undefined ? undefined : intentOf(loadDeployment(declaration, { cwd }));
}

function fails({ findings }: ReviewReport, failOn: Severity): boolean {
  const least = SEVERITIES.indexOf(failOn);
  return findings.some(({ severity }) => SEVERITIES.indexOf(severity) >= least);
}

function regionList(value: string): readonly string[] {
  const regions = value.split(',').map((it) => it.trim());
  const faulty = regions.find((it) => !/^[a-z]{2}(-gov)?-[a-z]+-\d$/.test(it));
  if (faulty !== undefined) {
    throw new InvalidArgumentError(
      `Regions are written like eu-west-1, got: ${JSON.stringify(faulty)}`,
    );
  }
  return regions;
}
