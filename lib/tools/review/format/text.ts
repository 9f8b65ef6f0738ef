import type { Finding } from '../model';
import type { ReviewReport } from '../review';

export function formatJson(report: ReviewReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The report for a person at a terminal: what, where, and what to do, grouped by rule. */
export function formatText(report: ReviewReport): string {
  const { findings, acknowledged } = report;
  const groups = [...new Set(findings.map(({ rule, severity }) => `${severity} ${rule}`))];
  const lines = groups.flatMap((group) => {
    const all = findings.filter(({ rule, severity }) => `${severity} ${rule}` === group);
    return [group, ...all.map(line), `  → ${String(all[0]?.remedy)}`, ''];
  });
  return [
    ...lines,
    ...acknowledged.map(
      ({ rule, resource, reason, expires }) =>
        `accepted until ${expires}: ${rule} ${resource}: ${reason}`,
    ),
    ...(acknowledged.length > 0 ? [''] : []),
    summaryLine(report),
    '',
  ].join('\n');
}

function line({ resource, region, message }: Finding): string {
  return `  ${resource} (${region}): ${message}`;
}

export function summaryLine({ summary }: ReviewReport): string {
  const { stacks, resources, regions, rules, error, warning, info, acknowledged } = summary;
  const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  return (
    `${many(error, 'error')}, ${many(warning, 'warning')}, ${info} info` +
    (acknowledged > 0 ? `, ${acknowledged} accepted` : '') +
    `: ${many(rules, 'rule')} over ${many(resources, 'resource')} ` +
    `of ${many(stacks, 'stack')} in ${many(regions.length, 'Region')}`
  );
}
