import type { DeploymentPlan, DeploymentReport } from './model';

export function formatPlan({ waves, bakeMinutes, alarms, warnings }: DeploymentPlan): string {
  return [
    ...waves.map(({ number, region, stacks }) =>
      [String(number).padStart(3), region.padEnd(16), stacks.join(', ')].join('  '),
    ),
    `after each wave that changes something, ${alarms.length} alarms are watched for ${bakeMinutes} min`,
    ...warnings.map((it) => `! ${it}`),
    '',
  ].join('\n');
}

export function formatReport({ outcome, waves, reason }: DeploymentReport): string {
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
    '',
  ].join('\n');
}
