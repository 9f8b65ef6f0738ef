import type { RegionPlaces, TwinPlan } from '../../plan';
import { MAX_CONNECTIONS } from '../../postgres';
import type { ProxyConfig, ProxyView } from '../../proxy';
import type { Child, ChildContext } from './children';
import type { PreparedDatabases } from './databases';
import { startProxiesChild } from './children';

type Of = Pick<TwinPlan, 'proxies' | 'databases'> & Pick<PreparedDatabases, 'identity'>;

/** Starts the proxies of every Region that has some, by Region. */
export async function startProxiesOf(
  context: ChildContext,
  plan: Of & Pick<TwinPlan, 'regions'>,
  launch: (child: Promise<Child>) => Promise<Child>,
): Promise<ReadonlyMap<string, Child>> {
  const started = plan.regions.map(async ({ places }) => {
    const proxies = configsOf(plan, places);
    if (proxies.length === 0) return [];
    const child = await launch(startProxiesChild(context, places.region, { proxies }));
    return [[places.region, child] as const];
  });
  return new Map((await Promise.all(started)).flat());
}

function configsOf(
  { proxies, databases, identity }: Of,
  places: RegionPlaces,
): readonly ProxyConfig[] {
  return proxies.flatMap((proxy) => {
    const found = databases.find(({ key }) => key === proxy.cluster);
    const target = places.databases.get(proxy.cluster);
    const listen = places.proxies?.get(proxy.cluster);
    if (found === undefined || target === undefined || listen === undefined) return [];
    const readers = places.readers?.get(proxy.cluster) ?? target;
    const share = (percent: number) => Math.max(1, Math.floor((MAX_CONNECTIONS * percent) / 100));
    return {
      identifier: found.identifier,
      endpoints: [
        { listen: listen.writer, target, writes: true },
        { listen: listen.reader, target: readers, writes: false },
      ],
      ...{ users: proxy.users, identity, requiresTls: proxy.requiresTls },
      limit: share(proxy.maxConnectionsPercent),
      idleLimit: share(proxy.maxIdleConnectionsPercent),
      borrowTimeoutMs: proxy.borrowTimeoutSeconds * 1_000,
      idleClientMs: proxy.idleClientSeconds * 1_000,
    };
  });
}

/** By the cluster's identifier; none where they do not tell. */
export async function proxyViews(
  child: Child | undefined,
): Promise<Readonly<Record<string, ProxyView>>> {
  const told = await child?.ask('proxies').catch(() => ({}));
  return (told ?? {}) as Readonly<Record<string, ProxyView>>;
}
