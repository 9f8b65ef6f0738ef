import type { Effect, LossReport } from './model';
import type { SinglePointReport } from './single-points';
import type { SumReport } from './sum';

const duration = (seconds: number | null): string =>
  seconds === null ? 'until it is repaired' : `${seconds} s`;
/** Availability as a person writes it: 99.9 %. */
const uptimeText = (uptime: number): string => `${Number((uptime * 100).toFixed(4))} %`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;

export function formatLoss(report: LossReport): string {
  const { lost, resources, effects, dataAtRisk, capacity, person } = report;
  return [
    `Lost: ${lost} (${resources} resources)`,
    '',
    effects.length === 0 ? 'Nobody is affected.' : 'What stops:',
    ...effects.flatMap(effectLines),
    '',
    dataAtRisk.length === 0 ? 'No acknowledged write is at risk.' : 'Data at risk:',
    ...dataAtRisk.map(
      ({ resource, seconds, why }) =>
        `  ${resource}: ${seconds === null ? 'not bounded' : `at most ${seconds} s of writes`}; ${why}`,
    ),
    '',
    ...(capacity.length === 0 ? [] : ['Capacity that remains at the fewest servers:']),
    ...capacity.map(
      ({ resource, carries, needs }) =>
        `  ${resource}: carries ${carries} requests/s${needs === null ? '' : `, needs ${needs}${carries < needs ? ': TOO FEW' : ''}`}`,
    ),
    ...(capacity.length === 0 ? [] : ['']),
    person.length === 0 ? 'A person has nothing to do.' : 'A person must:',
    ...person.map((step, index) => `  ${index + 1}. ${step}`),
    '',
  ].join('\n');
}

function effectLines({
  users,
  share,
  operations,
  seconds,
  endedBy,
  why,
  path,
}: Effect): readonly string[] {
  const ends =
    endedBy === 'person' ? `${duration(seconds)} and the time of a decision` : duration(seconds);
  return [
    `  ${operations.join(' and ')} of users in ${users.join(', ') || 'no continent'} (${percent(share)} of all): ${ends}`,
    `    ${why}`,
    `    path: ${path.join(' → ')}`,
  ];
}

export function formatSinglePoints({ tried, rtoSeconds, points }: SinglePointReport): string {
  const lines = points.map(
    ({ lost, share, operations, seconds, endedBy, why }) =>
      `  ${percent(share).padStart(5)}  ${operations.join('+')}, ${endedBy === 'repair' ? 'until repaired' : duration(seconds)}  ${lost}: ${why}`,
  );
  const head = points.length === 0 ? 'None' : String(points.length);
  return [
    `${head} of ${tried} losses (Regions, zones, resources) lasts beyond ${rtoSeconds} s:`,
    ...lines,
    '',
  ].join('\n');
}

export function formatSum({ pairs, availability, capacity, quotas }: SumReport): string {
  const raises = quotas.filter(({ raise }) => raise);
  return [
    'From → to: reads move after, writes move after (a decision not counted), writes lost at most',
    ...pairs.map(
      (it) =>
        `  ${it.from} → ${it.to}: ${it.readSeconds} s (${it.detectSeconds} detect + ${it.ttlSeconds} TTL), ${it.writeSeconds} s, ${it.rpoSeconds === null ? 'not bounded' : `${it.rpoSeconds} s`}`,
    ),
    '',
    'Availability by published agreements (credits, not a forecast):',
    ...availability.services.map(({ service, uptime }) => `  ${service}: ${uptimeText(uptime)}`),
    `  one Region ${uptimeText(availability.oneRegion)}, reads over all Regions ${uptimeText(availability.reads)}, writes ${uptimeText(availability.writes)}`,
    '',
    'Fewest servers, without a zone and one other Region:',
    ...capacity.map(
      ({ resource, min, carries, needs }) =>
        `  ${resource}: ${min}, carries ${carries} requests/s${needs === null ? '' : ` of ${needs}`}`,
    ),
    '',
    raises.length === 0 ? 'Every Region fits its default quotas.' : 'Quotas to raise:',
    ...raises.map(
      ({ what, region, count, quota }) => `  ${region}: ${what} ${count}, default ${quota}`,
    ),
    '',
  ].join('\n');
}
