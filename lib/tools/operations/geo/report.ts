import type { Assembly } from '../../assembly';
import type { Asked, CheckView, ClientView, GeoReport, Verdict } from './model';
import { everyClient } from './private/clients';
import { readChecks, unasked } from './private/health';
import { readHops } from './private/hops';
import { readPicking } from './private/picked';
import { readRecords } from './private/records';
import type { GeoResolver } from './private/resolver';
import { survey } from './private/survey';

export interface GeoOptions {
  /** Regions taken for lost. @default none */
  readonly lost?: readonly string[];
  /** Ids of clients. @default all */
  readonly only?: readonly string[];
  /** Who is asked. @default nobody */
  readonly ask?: {
    readonly asked: Asked;
    readonly resolver: GeoResolver;
    /** Whether it places the vantage points' reserved networks, as the twin does. */
    readonly knowsVantages: boolean;
    readonly atOnce: number;
  };
  /** What Route 53 says of the templates' checks. @default not asked */
  readonly health?: readonly CheckView[];
  readonly onProgress?: (done: number, total: number) => void;
}

/** What each client should reach and, where somebody is asked, does reach. */
export async function geoReport(assembly: Assembly, options: GeoOptions = {}): Promise<GeoReport> {
  const { lost = [], only, ask } = options;
  const index = readRecords(assembly);
  const picking = readPicking(assembly);
  const hops = readHops(assembly, index, picking);
  const health = options.health ?? unasked(readChecks(assembly));
  const failed = health.filter(({ state }) => state === 'unhealthy').map(({ check }) => check);
  const clients = await survey({
    index,
    hops,
    picking,
    clients: everyClient().filter(({ id }) => only === undefined || only.includes(id)),
    outlook: { lost: new Set(lost), failed: new Set(failed) },
    ...(ask !== undefined && { resolver: ask.resolver }),
    notAsked: ({ kind, network }) => {
      if (network === undefined) return 'no network is known to be there';
      return kind === 'vantage' && ask?.knowsVantages === false
        ? 'its network is reserved for documentation'
        : undefined;
    },
    atOnce: ask?.atOnce ?? 1,
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  return {
    schemaVersion: 1,
    asked: ask?.asked ?? { kind: 'nobody', at: '' },
    ...{ lost, hops, clients, health },
    unread: index.unread.map(({ record, reason }) => ({ record, reason })),
    summary: summarize(clients, health),
  };
}

function summarize(
  clients: readonly ClientView[],
  health: readonly CheckView[],
): GeoReport['summary'] {
  const sights = clients.flatMap((view) => view.sights);
  const count = (verdict: Verdict): number => sights.filter((it) => it.verdict === verdict).length;
  return {
    sights: sights.length,
    expected: count('expected'),
    near: count('near'),
    differs: count('differs'),
    unknown: count('unknown'),
    'not-asked': count('not-asked'),
    unserved: sights.filter(({ served }) => !served).length,
    unhealthy: health.filter(({ state }) => state === 'unhealthy').length,
  };
}
