/** `npm run conformance -- URL…`: the workload's contract against any base URL. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type CaseResult, conform, type ConformanceReport } from './conform';

interface Options {
  readonly json?: boolean;
  readonly contractOnly?: boolean;
  readonly concurrency: number;
}

const REACH_TIMEOUT_MS = 10_000;

const program = new Command('conformance')
  .description('Checks the contract of the sample workload against a running service.')
  .argument('<url...>', 'base URLs; requests go to them in turn', toUrls)
  .option('--json', 'one JSON object on stdout, progress on stderr')
  .option('--contract-only', 'leave out what this workload promises beyond the public contract')
  .option('--concurrency <n>', 'cases at a time, 1 to 64', toConcurrency, 8)
  .addHelpText(
    'after',
    '\nWhat is answered 503 with Retry-After is asked again, a write under one key.\nExit code: 0 all met, 1 some not, 2 nothing to ask.',
  )
  .exitOverride();

function toUrls(value: string, earlier: readonly URL[] | undefined): readonly URL[] {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('must be a URL, http: or https:');
  return [...(earlier ?? []), url];
}

function toConcurrency(value: string): number {
  const number = /^\d{1,2}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > 64) throw new InvalidArgumentError('must be between 1 and 64');
  return number;
}

async function main(): Promise<number> {
  try {
    program.parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  const urls = program.processedArgs[0] as readonly URL[];
  const { json = false, ...options } = program.opts<Options>();
  const unreachable = await findUnreachable(urls);
  if (unreachable !== undefined) {
    process.stderr.write(`${unreachable}\n`);
    return 2;
  }
  const report = await conform({ urls, ...options, onResult: tell });
  process.stdout.write(json ? `${JSON.stringify(report, undefined, 2)}\n` : summary(report));
  return report.passed ? 0 : 1;
}

/** Whatever answers is asked; whatever does not is no finding about a contract. */
async function findUnreachable(urls: readonly URL[]): Promise<string | undefined> {
  for (const url of urls)
    try {
      await fetch(new URL('/api/tags', url), { signal: AbortSignal.timeout(REACH_TIMEOUT_MS) });
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      return `${url.href} cannot be reached: ${String(cause ?? error)}`;
    }
  return undefined;
}

function tell({ passed, group, name, reason, ms }: CaseResult, done: number, of: number): void {
  const line = `${passed ? 'ok  ' : 'FAIL'} ${done}/${of} ${group}: ${name} (${ms} ms)`;
  process.stderr.write(reason === undefined ? `${line}\n` : `${line}\n     ${reason}\n`);
}

function summary({ counts, cases }: ConformanceReport): string {
  const failed = cases.filter(({ passed }) => !passed);
  const lines = failed.map(({ group, name, reason }) => `${group}: ${name}\n  ${reason ?? ''}`);
  return [`${counts.passed} met, ${counts.failed} not met`, ...lines, ''].join('\n');
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
