import { createRequire } from 'node:module';
import type { Assembly } from '../../../assembly';
import type * as Declarations from '../../../declaration';
import type * as Review from '../../../review';
import type { Finding, ReviewReport } from '../../../review';

/** Loaded while other processes prepare the twin. */
const load = createRequire(__filename);

/** Findings named here; the command has all of them. */
const MOST_NAMED = 3;

export interface Reviewed {
  readonly assembly: Assembly;
  /** Whose objectives hold; undefined where only the templates are known. */
  readonly declaration: string | undefined;
  readonly cwd: string;
  /** Words after `npx meridian review`. */
  readonly subject: string;
}

/** The review's own failure is told, and no reason not to run the twin. */
export function reviewLines(of: Reviewed): readonly string[] {
  const { intentOf, review } = load('../../../review') as typeof Review;
  const { loadDeployment } = load('../../../declaration') as typeof Declarations;
  const { assembly, declaration, cwd, subject } = of;
  try {
    const intent = declaration === undefined ? {} : intentOf(loadDeployment(declaration, { cwd }));
    return reviewSummary(review(assembly, { intent }), subject);
  } catch (error) {
    return [`Review: it failed (${error instanceof Error ? error.message : String(error)})`];
  }
}

/** What the review says of the templates that are about to run, in few lines. */
export function reviewSummary(
  { summary, findings }: Pick<ReviewReport, 'summary' | 'findings'>,
  /** Words after `npx meridian review`, for all of it. */
  subject: string,
): readonly string[] {
  const { rules, stacks, error, warning, info, acknowledged } = summary;
  const counts = [
    counted(error, 'error'),
    counted(warning, 'warning'),
    ...(info > 0 ? [counted(info, 'note')] : []),
    ...(acknowledged > 0 ? [`${acknowledged} acknowledged`] : []),
  ];
  const named = firstOfEachRule(findings.filter(({ severity }) => severity !== 'info'));
  const more = named.length - MOST_NAMED;
  return [
    `Review of ${stacks} stacks by ${rules} rules: ${counts.join(', ')}`,
    ...named
      .slice(0, MOST_NAMED)
      .map(({ severity, rule, stack, message }) => `  ${severity} ${rule} ${stack}: ${message}`),
    ...(more > 0 ? [`  and ${counted(more, 'rule')} more`] : []),
    ...(findings.length > 0
      ? [`  npx meridian review ${subject} has them all, with remedies`]
      : []),
  ];
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** The same rule often speaks once for each Region. */
function firstOfEachRule(findings: readonly Finding[]): readonly Finding[] {
  const first = new Map<string, Finding>();
  for (const finding of findings) {
    if (!first.has(finding.rule)) first.set(finding.rule, finding);
  }
  return [...first.values()];
}
