import { createHash } from 'node:crypto';
import { clustersOf } from './clusters';
import type { Cluster } from './clusters';
import type { RegionName } from './declaration';
import type { Deployment } from './deployment';

/** Longest name of a Region switch plan. */
export const MOST_PLAN_NAME = 32;

/** What is written in one Region and has a copy in another one: moved, and brought home, together. */
export interface RecoveryPair {
  readonly home: RegionName;
  readonly standby: RegionName;
  /** Clusters by store, at least one. */
  readonly stores: ReadonlyMap<string, readonly Cluster[]>;
}

type Held = Pick<Deployment, 'regions' | 'stores' | 'shards' | 'birthRegion'>;

/**
 * One for each home and each Region with a copy, instances and all, of what is written there, in the order of the
 * deployment: a Region switch plan has exactly two Regions.
 */
export function recoveryPairsOf(deployment: Held): readonly RecoveryPair[] {
  const clusters = clustersOf(deployment);
  const names = deployment.regions.map(({ name }) => name);
  return names.flatMap((home) =>
    names
      .filter((standby) => standby !== home)
      .flatMap((standby) => {
        const held = clusters.filter((it) => it.home === home && it.serving.includes(standby));
        const stores = new Map<string, readonly Cluster[]>();
        for (const it of held)
          stores.set(it.store.name, [...(stores.get(it.store.name) ?? []), it]);
        return stores.size === 0 ? [] : [{ home, standby, stores }];
      }),
  );
}

/**
 * Name of the plan of a pair, or of one store's share of it: it never contains a counted number, so
 * that a store more renames nobody.
 */
export function planName(
  product: string,
  { home, standby }: Pick<RecoveryPair, 'home' | 'standby'>,
  store?: string,
): string {
  const pair = [product, regionCode(home), regionCode(standby)].join('-');
  if (store === undefined) return pair;
  const whole = `${pair}-${store}`;
  if (whole.length <= MOST_PLAN_NAME) return whole;
  const room = MOST_PLAN_NAME - pair.length - 1;
  return `${pair}-${createHash('sha256').update(store).digest('hex').slice(0, room)}`;
}

/** `ap-northeast-1` as `apne1`. */
export function regionCode(region: RegionName): string {
  return region
    .split('-')
    .map((part, index) =>
      index === 0 ? part : part.replace(/^(north|south|)(east|west|)(.*)$/, initials),
    )
    .join('');
}

function initials(_: string, one: string, other: string, rest: string): string {
  return one.charAt(0) + other.charAt(0) + (/^\d+$/.test(rest) ? rest : rest.charAt(0));
}
