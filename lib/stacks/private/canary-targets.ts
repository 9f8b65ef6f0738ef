import { Names } from '../../config';
import type { Deployment, RegionName } from '../../config';
import { canaryAlarms } from '../../constructs/observability';
import type { CanaryTarget, RunbookAlarm } from '../../constructs/observability';

/** What the handler lib/handlers/canary takes. */
export interface AskedTarget {
  readonly name: CanaryTarget;
  readonly checks: readonly {
    readonly url: string;
    readonly expects: 'status' | 'json' | 'page';
    readonly verified?: true;
  }[];
}

/**
 * What a Region asks: whether it is ready itself, whether the next one round the ring is, each by its
 * own name, and what anybody gets under the product's: a page, and a read of the API.
 */
export function canaryTargets(deployment: Deployment, region: RegionName): readonly AskedTarget[] {
  const { canaries } = deployment.observability;
  const [service] = deployment.services;
  if (canaries === undefined || service === undefined) return [];
  const { readPath } = canaries;
  const names = new Names(deployment);
  const of = (name: CanaryTarget, asked: RegionName): AskedTarget => {
    const host = names.regionalHost(asked);
    return {
      name,
      checks: [
        { url: `https://${host}${service.readyPath}`, expects: 'status' },
        // Doors of Regions answer the API to nobody but the CDN, their peers and us.
        { url: `https://${host}${readPath}`, expects: 'json', verified: true },
      ],
    };
  };
  const next = deployment.regions.find(({ name }) => name === region)?.switchRegion ?? region;
  const { domainName, edge } = deployment;
  const api = edge.mode === 'direct' ? names.apiHost() : domainName;
  return [
    of('own-region', region),
    ...(next === region ? [] : [of('next-region', next)]),
    {
      name: 'global-name',
      checks: [
        { url: `https://${domainName}/`, expects: 'page' },
        { url: `https://${api}${readPath}`, expects: 'json' },
      ],
    },
  ];
}

/** Alarms on the answers; none where there are no canaries. */
export function alarmsOfCanaries(
  deployment: Deployment,
  region: RegionName,
): readonly RunbookAlarm[] {
  const { canaries } = deployment.observability;
  if (canaries === undefined) return [];
  return canaryAlarms({
    namespace: new Names(deployment).canaryNamespace(),
    targets: canaryTargets(deployment, region).map(({ name }) => name),
    slowMilliseconds: canaries.slowMilliseconds,
  });
}
