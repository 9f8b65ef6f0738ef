import type { Finding, ReviewReport } from '../../../review';

/** Findings named here; the command has all of them. */
const MOST_NAMED = 3;

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
