import type { ContractReport, DeploymentPlan, DeploymentReport } from './model';

export function formatPlan(plan: DeploymentPlan): string {
  const { waves, bakeMinutes, alarms, contracts, warnings } = plan;
  return [
    ...waves.map(({ number, region, stacks }) =>
      [String(number).padStart(3), region.padEnd(16), stacks.join(', ')].join('  '),
    ),
    `after each wave that changes something, ${alarms.length} alarms are watched for ${bakeMinutes} min`,
    ...(contracts.length === 0
      ? []
      : [
          `at the end ${contracts.map(({ region }) => region).join(', ')} take contract steps that waited`,
        ]),
    ...warnings.map((it) => `! ${it}`),
    '',
  ].join('\n');
}

export function formatReport({ outcome, waves, contracts, reason }: DeploymentReport): string {
  const count = (wanted: string): number => waves.filter((it) => it.outcome === wanted).length;
  const words = {
    done: 'deployed',
    planned: 'planned only',
    declined: 'nobody said yes; --yes says it beforehand',
    stopped: 'stopped',
  };
  return [
    `${words[outcome]}${reason === null ? '' : `: ${reason}`}`,
    ...(waves.length === 0
      ? []
      : [
          `waves: ${count('deployed')} deployed, ${count('unchanged')} unchanged, ` +
            `${count('stopped')} stopped, ${count('left')} left as they were`,
        ]),
    ...contracts.flatMap(formatContract),
    '',
  ].join('\n');
}

function formatContract({ region, outcome, applied, held }: ContractReport): readonly string[] {
  const words = {
    taken: 'taken',
    waits: 'still have to wait',
    nothing: 'none waited',
    failed: 'failed',
    unasked: 'not asked for',
  };
  return [
    `contract steps, ${region}: ${words[outcome]}`,
    ...applied.map((it) => `  taken: ${it}`),
    ...held.map((it) => `  waits: ${it}`),
  ];
}
