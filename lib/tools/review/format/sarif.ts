import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { Assembly } from '../../assembly';
import type { Finding, Rule, Severity } from '../model';
import { RULES } from '../registry';
import type { ReviewReport } from '../review';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/**
 * The report as SARIF 2.1.0, which code scanning services read.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function formatSarif(report: ReviewReport, assembly: Assembly): string {
  const ids = [...new Set(report.findings.map(({ rule }) => rule))];
  const rules = ids.map((id) => RULES.find((rule) => rule.id === id) ?? stale(id));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'meridian-review', rules: rules.map(descriptor) } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) =>
          result(finding, ids.indexOf(finding.rule), assembly),
        ),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Findings about acknowledgements come from no rule. */
function stale(
  id: string,
): Pick<Rule, 'id' | 'title' | 'reason' | 'remedy' | 'severity' | 'source'> {
  return {
    id,
    title: 'Acknowledgements hold and are needed',
    reason: 'An acknowledgement that has expired excuses nothing.',
    remedy: 'Renew or remove it.',
    severity: 'warning',
    source: '',
  };
}

function descriptor({ id, title, reason, remedy, severity, source }: ReturnType<typeof stale>) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: reason },
    help: { text: remedy },
    ...(source.startsWith('https://') && { helpUri: source }),
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function result(finding: Finding, ruleIndex: number, assembly: Assembly) {
  const { rule, severity, resource, stack, message, remedy } = finding;
  const file = assembly.stacks.get(stack)?.templateFile;
  const key = createHash('sha256').update(`${rule}\n${resource}\n${message}`).digest('hex');
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${message}. ${remedy}` },
    locations: [
      {
        ...(file !== undefined && {
          physicalLocation: {
            artifactLocation: { uri: encodeURI(relative(assembly.directory, file)) },
            region: { startLine: 1 },
          },
        }),
        logicalLocations: [{ fullyQualifiedName: resource, kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'meridianFinding/v1': key },
  };
}
