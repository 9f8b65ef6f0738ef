import type { Finding, Severity } from '../model';
import type { ReviewReport } from '../review';
import { summaryLine } from './text';

const TITLES: Readonly<Record<Severity, string>> = {
  error: 'Would not survive',
  warning: 'Would survive worse',
  info: 'To know',
};

/** The report as a comment on a pull request. */
export function formatMarkdown(report: ReviewReport): string {
  const sections = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const found = report.findings.filter((finding) => finding.severity === severity);
    if (found.length === 0) return [];
    return [
      `### ${TITLES[severity]}`,
      '',
      '| rule | resource | Region | finding | remedy |',
      '| --- | --- | --- | --- | --- |',
      ...found.map(row),
      '',
    ];
  });
  const accepted = report.acknowledged.map(
    (it) => `- \`${it.rule}\` ${cell(it.resource)}, until ${it.expires}: ${cell(it.reason)}`,
  );
  return [
    '## Review',
    '',
    `${summaryLine(report)}.`,
    '',
    ...sections,
    ...(accepted.length > 0 ? ['### Accepted', '', ...accepted, ''] : []),
  ].join('\n');
}

function row({ rule, resource, region, message, remedy }: Finding): string {
  return `| ${[`\`${rule}\``, cell(resource), region, cell(message), cell(remedy)].join(' | ')} |`;
}

/** Text of templates must neither end the cell nor be read as HTML. */
function cell(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/([|`*_[\]\\])/g, '\\$1')
    .replace(/\s+/g, ' ');
}
