import type { Rule } from './model';
import { FAMILIES } from './registry';

/** Pages of docs/rules by file name: one for each rule, and an index. */
export function rulePages(): ReadonlyMap<string, string> {
  const pages = Object.entries(FAMILIES).flatMap(([family, rules]) =>
    rules.map((rule) => [`${rule.id}.md`, page(family, rule)] as const),
  );
  return new Map([['README.md', index()], ...pages]);
}

function page(
  family: string,
  { id, severity, title, reason, remedy, source, covers }: Rule,
): string {
  const link = source.startsWith('https://') ? `<${source}>` : `\`${source}\``;
  return [
    `# ${id}`,
    '',
    `**${severity}** · ${family} · asserts ${covers.join(', ')}`,
    '',
    `${title}.`,
    '',
    '## Why',
    '',
    reason,
    '',
    `Source: ${link}`,
    '',
    '## What to do',
    '',
    remedy,
    '',
  ].join('\n');
}

function index(): string {
  const sections = Object.entries(FAMILIES).flatMap(([family, rules]) => [
    `## ${family}`,
    '',
    ...rules.map(({ id, severity, title }) => `- [${id}](${id}.md) (${severity}): ${title}.`),
    '',
  ]);
  const count = Object.values(FAMILIES).flat().length;
  return [
    '# Rules of the review',
    '',
    `\`npx meridian review\` holds the templates of all Regions against these ${count} rules, as one system.`,
    'Generated from the code by `node --import tsx scripts/rule-pages.ts`. _R_ numbers are rules of the',
    'failover path, _D_ numbers are defects seen in public multi-Region samples.',
    '',
    '**error**: the deployment would not survive, or not as promised. **warning**: it would survive worse.',
    '**info**: worth knowing.',
    '',
    'A finding is accepted by an acknowledgement with a reason and a last day: in the declaration',
    '(`review.acknowledge`), in an intent file (`--intent`), or in the metadata of the resource',
    '(`MeridianReview: { acknowledge: [{ rule, reason, expires }] }`). One that has expired, or that nothing',
    'needs any more, is itself a finding.',
    '',
    ...sections,
  ].join('\n');
}
