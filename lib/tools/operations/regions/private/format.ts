import type { OperationReport, Plan, Queues, StatusReport } from '../model';

const word = (value: boolean | null, yes: string, no: string): string =>
  value === null ? 'unknown' : value ? yes : no;

/** What waits; of queues where nothing does, no word. */
function wordsOf(queues: Queues | null): string {
  if (queues === null) return 'unknown';
  const all = Object.entries(queues);
  const full = all.filter(([, { waiting }]) => waiting !== 0);
  if (full.length === 0) return all.length === 0 ? 'none' : 'empty';
  return full
    .map(([name, { waiting, oldestSeconds: oldest }]) =>
      waiting === null
        ? `${name} unknown`
        : `${name} ${waiting}${oldest === null ? '' : ` (${Math.round(oldest)} s)`}`,
    )
    .join(', ');
}

export function formatStatus(report: StatusReport): string {
  const { of, epoch, regions, shards, capacity, findings } = report;
  const ofRegions = Object.entries(regions).map(([region, { traffic, answers, writes, queues }]) =>
    [
      `  ${region.padEnd(16)}`,
      word(answers, 'answers', 'silent').padEnd(9),
      (traffic ?? 'unknown').padEnd(9),
      writes === null ? 'writes: unknown' : `writes: ${writes.join(', ') || 'nothing'}`,
      ` queues: ${wordsOf(queues)}`,
    ].join(' '),
  );
  const ofShards = Object.entries(shards).map(([shard, { home, state, copies }]) => {
    const standbys = (copies ?? []).filter(({ region }) => region !== home);
    const lags = standbys.map(({ region, role, lagBytes, lagSeconds }) => {
      const lag =
        lagBytes !== null
          ? `${lagBytes} bytes`
          : lagSeconds !== null
            ? `${lagSeconds.toFixed(1)} s`
            : 'lag unknown';
      return `${region} ${role} ${lag}`;
    });
    const told = copies === null ? 'copies unknown' : lags.join('; ');
    return `  ${shard.padEnd(16)} ${home} ${state.padEnd(8)} ${told}`;
  });
  return [
    `${of.kind} "${of.name}"  epoch ${epoch ?? 'unknown'}`,
    ...['Regions', ...ofRegions, 'Shards', ...ofShards],
    `Capacity: ${capacity.serving.length} Regions known to serve, ${capacity.needed} needed: ` +
      word(capacity.enough, 'enough', 'not enough'),
    ...(findings.length === 0
      ? ['All is well.']
      : ['To look at', ...findings.map((it) => `  ${it}`)]),
    '',
  ].join('\n');
}

export function formatPlan({ operation, steps, capacity, warnings }: Plan): string {
  return [
    `${operation}:`,
    ...(steps.length === 0
      ? ['  nothing is left to do']
      : steps.map((it, at) => `  ${at + 1}. ${it}`)),
    `  afterwards ${capacity.serving.join(', ') || 'no Region'} known to serve; ` +
      `the declared peak needs ${capacity.needed}`,
    ...warnings.map((it) => `  ! ${it}`),
    '',
  ].join('\n');
}

export function formatOperation({ outcome, reason, operation }: OperationReport): string {
  const words = {
    done: 'done',
    'nothing-to-do': 'was done already',
    declined: 'not confirmed',
    planned: 'planned only',
    refused: 'refused',
  };
  return `${operation}: ${words[outcome]}${reason === null ? '' : `: ${reason}`}\n`;
}
