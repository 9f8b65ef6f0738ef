import type { Change, Deployment, GrowthStep } from './model';

/** Kinds told one by one; what is added and changed is summed up. */
const TOLD: ReadonlySet<Change['kind']> = new Set(['replaced', 'perhaps-replaced', 'refused']);

/** For a person. */
export function formatSteps(steps: readonly GrowthStep[]): string {
  return `${steps.map((step) => formatStep(step).join('\n')).join('\n\n')}\n`;
}

function formatStep(step: GrowthStep): readonly string[] {
  const { from, to, summary, stacks, changes, findings, deployments } = step;
  const stateful = changes.filter((it) => it.stateful);
  const lost = stateful.filter(({ kind }) => TOLD.has(kind));
  const kinds = Object.entries(summary)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  return [
    `${from} → ${to}`,
    `  resources: ${kinds.length > 0 ? kinds.join(', ') : 'nothing changes'}`,
    `  holding data: ${countOf(stateful, 'added')} added, ${countOf(stateful, 'changed')} changed, ` +
      `${lost.length} replaced, ${countOf(stateful, 'removed')} given up`,
    ...named('stacks added', stacks.added),
    ...named('stacks removed', stacks.removed),
    ...replacedLines(changes.filter(({ kind }) => TOLD.has(kind))),
    ...findings.map(({ severity, message, remedy }) => `  ${severity}: ${message}; ${remedy}`),
    ...deployments.map((deployment) => deploymentLine(deployment, deployments.length)),
  ];
}

function countOf(changes: readonly Change[], kind: Change['kind']): number {
  return changes.filter((it) => it.kind === kind).length;
}

function named(what: string, names: readonly string[]): readonly string[] {
  return names.length > 0 ? [`  ${what}: ${names.join(', ')}`] : [];
}

/** One line for each type and reason: a task definition in six Regions is one matter. */
function replacedLines(changes: readonly Change[]): readonly string[] {
  const groups = new Map<string, number>();
  for (const { kind, type, because = '' } of changes) {
    const [property = ''] = because.split(' ');
    const what = `  ${kind}: ${type} (${property})`;
    groups.set(what, (groups.get(what) ?? 0) + 1);
  }
  return [...groups].map(([what, count]) => (count > 1 ? `${what} × ${count}` : what));
}

function deploymentLine({ number, purpose, says, stacks }: Deployment, of: number): string {
  const what = stacks.length > 6 ? `${stacks.length} stacks` : stacks.join(', ');
  return `  deployment ${number} of ${of} (${purpose}): ${says}${what === '' ? '' : `: ${what}`}`;
}
