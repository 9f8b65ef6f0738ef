import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { CommandContext } from '../command';
import { DEFAULT_DECLARATION, loadDeployment } from '../declaration';
import { readSubject, SUBJECT } from '../subject';
import { formatJson, formatMarkdown, formatSarif, formatText } from './format';
import { intentOf, readIntent } from './intent';
import type { Intent, Severity } from './model';
import { SEVERITIES } from './model';
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
  const given = givenIntent(options, context);
  const { assembly, deployment } = await readSubject(subject, context, options.region);
  const intent = given ?? (deployment && intentOf(deployment)) ?? {};
  const report = review(assembly, { intent });
  const format = options.json === true ? formatJson : FORMATS[options.format];
  context.stdout.write(format(report, assembly));
  context.finish(fails(report, options.failOn) ? 1 : 0);
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
