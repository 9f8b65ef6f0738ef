import type { Assembly } from '../assembly';
import { compareAssemblies } from './compare';
import type { Change, ChangeKind, GrowthStep } from './model';
import { planDeployments } from './private/deployments';
import { findingsOf } from './private/findings';

const KINDS: readonly ChangeKind[] = [
  'added',
  'changed',
  'replaced',
  'perhaps-replaced',
  'refused',
  'removed',
];

/** What going from one assembly to another means, and in how many deployments it is done. */
export function growthStep(
  from: { readonly name: string; readonly assembly: Assembly },
  to: { readonly name: string; readonly assembly: Assembly },
): GrowthStep {
  const comparison = compareAssemblies(from.assembly, to.assembly);
  const { changes } = comparison;
  const names = (assembly: Assembly): ReadonlyMap<string, string> =>
    new Map([...assembly.stacks.values()].map((it) => [`${it.region}/${it.name}`, it.id]));
  const [were, are] = [names(from.assembly), names(to.assembly)];
  return {
    from: from.name,
    to: to.name,
    summary: countKinds(changes),
    stacks: {
      added: [...are].filter(([key]) => !were.has(key)).map(([, id]) => id),
      removed: [...were].filter(([key]) => !are.has(key)).map(([, id]) => id),
    },
    changes,
    findings: findingsOf(comparison),
    deployments: planDeployments(from.assembly, to.assembly, comparison),
  };
}

function countKinds(changes: readonly Change[]): GrowthStep['summary'] {
  const count = (kind: ChangeKind): number => changes.filter((it) => it.kind === kind).length;
  return Object.fromEntries(KINDS.map((kind) => [kind, count(kind)])) as GrowthStep['summary'];
}
