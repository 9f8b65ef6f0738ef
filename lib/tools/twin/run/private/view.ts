import { REGIONS } from '../../../../config/regions';
import type { View, ViewHop } from '../../console';
import type { Coordinates } from '../../dns';
import { distance, VANTAGES } from '../../dns';
import { distanceMs } from '../../link';
import type { RegionStatus } from './status';
import type { Steering } from './steering';

/** Kilometres of the way there and back that take a millisecond (see lib/tools/twin/link). */
const KM_PER_MS = 130;
const ANSWER_MS = 5_000;

export interface ViewSources {
  readonly steering: Pick<Steering, 'steer'>;
  /** Name that users' requests are led by. */
  readonly host: string;
  readonly regions: () => Promise<Readonly<Record<string, RegionStatus>>>;
  /** Path that is asked for. */
  readonly path: string;
}

/**
 * Follows a request of somebody in a city: asks the twin's GeoDNS with a client's network of there, and
 * then the load balancer of the Region that it answers.
 *
 * @returns undefined for a city in which nobody looks
 */
export async function viewFrom(sources: ViewSources, city: string): Promise<View | undefined> {
  const vantage = VANTAGES.find((it) => it.city === city);
  if (vantage === undefined) return undefined;
  const { steering, host, path } = sources;
  const subnet = vantage.prefixes[0] ?? '';
  const began = performance.now();
  const region = steering.steer(host, subnet.split('/', 1)[0] ?? '');
  const asked: ViewHop = {
    what: `GeoDNS: ${host} for ${subnet}`,
    answer: region ?? 'no Region',
    ...{ ms: rounded(performance.now() - began), by: 'measured' },
  };
  const regions = await sources.regions();
  const status = region === undefined ? undefined : regions[region];
  if (region === undefined || status === undefined) return { city, hops: [asked] };
  const way: ViewHop = {
    what: `${city} to ${region} and back`,
    answer: `${Math.round(between(vantage, region))} km`,
    ...{ ms: Math.round((2 * between(vantage, region)) / KM_PER_MS), by: 'distance' },
  };
  return { city, hops: [asked, way, await answered(status, path), onward(region, regions)] };
}

async function answered({ url, city }: RegionStatus, path: string): Promise<ViewHop> {
  const what = `${city} answers GET ${path}`;
  const began = performance.now();
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(new URL(path, url), { signal });
    await answer.arrayBuffer();
    const by = answer.headers.get('x-meridian-region');
    const said = `${answer.status}${by === null ? '' : `, served by ${by}`}`;
    return { what, answer: said, ms: rounded(performance.now() - began), by: 'measured' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { what, answer: `no answer: ${reason}`, ms: null, by: 'measured' };
  }
}

/** A write goes on to whoever writes. */
function onward(region: string, regions: Readonly<Record<string, RegionStatus>>): ViewHop {
  const what = 'A write goes on to';
  const writers = Object.keys(regions).filter((name) => regions[name]?.writer === true);
  if (writers.includes(region)) return { what, answer: 'nobody: here', ms: 0, by: 'distance' };
  const [writer] = writers;
  if (writer === undefined) return { what, answer: 'not known', ms: null, by: 'distance' };
  return {
    what,
    answer: writers.join(' or '),
    ms: 2 * distanceMs(region, writer),
    by: 'distance',
  };
}

function between(from: Coordinates, region: string): number {
  const facts = REGIONS[region];
  return facts === undefined ? 0 : distance(from, facts);
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
