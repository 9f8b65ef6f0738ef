import type { Effect, LossReport } from './model';
import type { SinglePoint, SinglePointReport } from './single-points';
import type { ConnectionSum, SumReport } from './sum';

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
    endedBy === 'person' ? `${duration(seconds)}, a person's decision included` : duration(seconds);
  return [
    `  ${operations.join(' and ')} of users in ${users.join(', ') || 'no continent'} (${percent(share)} of all): ${ends}`,
    `    ${why}`,
    `    path: ${path.join(' → ')}`,
  ];
}

export function formatSinglePoints(report: SinglePointReport): string {
  const { tried, rtoSeconds, points, everywhere } = report;
  const head = points.length === 0 ? 'None' : String(points.length);
  return [
    `${head} of ${tried} losses (Regions, zones, resources) lasts beyond ${rtoSeconds} s:`,
    ...points.map(pointLine),
    ...(everywhere.length === 0
      ? []
      : [
          '',
          "Once, but everywhere: lost only if it is deleted or AWS's service fails as a whole:",
        ]),
    ...everywhere.map(pointLine),
    '',
  ].join('\n');
}

const pointLine = ({ lost, share, operations, seconds, endedBy, why }: SinglePoint): string =>
  `  ${percent(share).padStart(5)}  ${operations.join('+')}, ${endedBy === 'repair' ? 'until repaired' : duration(seconds)}  ${lost}: ${why}`;

export function formatSum({
  pairs,
  availability,
  capacity,
  quotas,
  connections,
}: SumReport): string {
  const raises = quotas.filter(({ raise }) => raise);
  return [
    'From → to: reads move after, writes move after (decision, lease and promotion included), writes lost at most',
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
    ...standing(quotas),
    raises.length === 0 ? 'Every Region fits its default quotas.' : 'Quotas to raise:',
    ...raises.map(
      ({ what, region, count, quota }) => `  ${region}: ${what} ${count}, default ${quota}`,
    ),
    '',
    ...(connections.length === 0
      ? []
      : [
          "Connections to each cluster's writer, every pool full:",
          ...connections.map(connectionLine),
          '',
        ]),
  ].join('\n');
}

/** What grows with shards and Regions, whether or not it fits. */
const GROWING = /^(global |graph )?database (clusters|instances)$|^health checks$/;

function standing(quotas: SumReport['quotas']): readonly string[] {
  const growing = quotas.filter(({ what }) => GROWING.test(what));
  const regions = [...new Set(growing.map(({ region }) => region))];
  if (regions.length === 0) return [];
  const said = (region: string): string =>
    growing
      .filter((it) => it.region === region)
      .map(({ what, count, quota }) => `${what} ${count} of ${quota}`)
      .join(', ');
  return [
    'Clusters, instances and health checks, of the default quota:',
    ...regions.map((region) => `  ${region}: ${said(region)}`),
    '',
  ];
}

const connectionLine = ({ cluster, most, takes, proxied, ...from }: ConnectionSum): string => {
  const functions = from.unbounded ? ', and functions that nothing bounds' : '';
  const verdict = (proxied ?? most) > takes ? ': TOO MANY' : '';
  const shared = proxied === null ? '' : ` by a proxy's ${proxied}`;
  return `  ${cluster}: ${most}${shared} of ${takes} (${from.servers} servers, ${from.databases} databases${functions})${verdict}`;
};
