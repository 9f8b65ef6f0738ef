import type { Place } from '../../plan';
import type { DatabaseServer, RunningParts } from '../../run';
import { VANTAGES } from '../../dns';
import { DrillRefused } from './refused';

/** A Region as users and operations see it. */
export interface WorldRegion {
  readonly name: string;
  readonly gateway: Place;
  /** What DNS answers in its place. */
  readonly answer: string;
  readonly databases: readonly DatabaseServer[];
  /** An address from which DNS sends users here while all is well; empty where it sends nobody. */
  readonly viewer: string;
}

/** What a drill knows of the twin that it runs in. */
export interface World {
  readonly parts: RunningParts;
  readonly regions: readonly WorldRegion[];
  /** Name that DNS answers with the nearest healthy Region, and the headers that the CDN adds. */
  readonly origin: { readonly host: string; readonly headers: Readonly<Record<string, string>> };
  readonly topologyTable: string;
  readonly signingSecret: string;
}

/**
 * @throws DrillRefused for a twin in which there is nowhere to fail over to, or no sample workload
 */
export function worldOf(parts: RunningParts): World {
  const world = estateOf(parts);
  const missing = world.regions.filter(({ viewer }) => viewer === '').length;
  if (world.regions.length < 2) {
    throw new DrillRefused(
      'it takes two Regions that serve users',
      'start a twin of several Regions',
    );
  }
  if (missing > 0) {
    throw new DrillRefused(
      `DNS sends nobody to ${missing} of the Regions`,
      'bring back those that are drained or dead',
    );
  }
  return world;
}

/**
 * The same whatever state it is in, for those who operate it: Regions that DNS has left have no viewer.
 *
 * @throws DrillRefused for a twin without a CDN, or without the sample workload
 */
export function estateOf(parts: RunningParts): World {
  const target = [...(parts.plan.edge?.behaviors ?? []), parts.plan.edge?.otherwise]
    .map((behavior) => behavior?.target)
    .find((it) => it?.kind === 'balancers');
  if (target?.kind !== 'balancers') {
    throw new DrillRefused('the templates have no CDN before the load balancers', 'drill another');
  }
  const { host, headers } = target;
  const regions = parts.regions.map(({ plan, databases }): WorldRegion => {
    const viewer = VANTAGES.map(({ prefixes }) => (prefixes[0] ?? '').split('/', 1)[0] ?? '').find(
      (address) => parts.steering.steer(host, address) === plan.name,
    );
    const { gateway, answer } = plan.places;
    return { name: plan.name, gateway, answer, databases, viewer: viewer ?? '' };
  });
  const environment = environmentOf(parts);
  const secret = parts.plan.secrets.find(({ name }) => name === environment['SIGNING_SECRET']);
  return {
    ...{ parts, regions, origin: { host, headers } },
    topologyTable: environment['TOPOLOGY_TABLE'] ?? '',
    signingSecret: secret?.value ?? '',
  };
}

export function regionOf({ regions }: World, name: string): WorldRegion {
  const region = regions.find((it) => it.name === name);
  if (region === undefined) throw new DrillRefused(`no Region ${name} runs`, 'check the topology');
  return region;
}

/** That of the workload, the same in every Region but for its own name. */
function environmentOf({ regions }: RunningParts): Readonly<Record<string, string>> {
  const plan = regions[0]?.plan;
  const [first] = [...Object.values(plan?.functions ?? {}), ...Object.values(plan?.servers ?? {})];
  const environment = first?.environment ?? {};
  for (const name of ['TOPOLOGY_TABLE', 'SIGNING_SECRET', 'LEASE_MS']) {
    if (environment[name] === undefined) {
      throw new DrillRefused(`the workload has no ${name}`, 'drill the sample workload');
    }
  }
  return environment;
}

/** The lease on this clock, in milliseconds. */
export function leaseOf({ parts }: World): number {
  return Number(environmentOf(parts)['LEASE_MS']);
}
