import type { Assembly } from '../../../assembly';
import { isJsonList, isJsonObject, property } from '../../../assembly';
import type { Hop } from '../model';
import type { Picking } from './picked';
import type { RecordIndex, RoutedRecord } from './records';
import { normal } from './records';

/**
 * Names that people, or the CDN for them, ask to be led to a Region: the edge's own, the origins
 * that it asks for, and every other name that is routed. A name that leads to one load balancer
 * whatever the client is a Region's own and not among them. Where the edge itself picks the Region, that
 * is a hop of its own.
 */
export function readHops(
  assembly: Assembly,
  { byName }: RecordIndex,
  picking?: Picking,
): readonly Hop[] {
  const origins = originNames(assembly);
  const behind = new Set(
    [...byName.values()]
      .flat()
      .flatMap(({ target }) => (target.kind === 'name' ? target.name : [])),
  );
  const hops = [...byName].flatMap(([name, records]): readonly Hop[] => {
    const policy = records[0]?.policy.kind ?? 'simple';
    if (picking?.ownNames.has(name) === true) return [];
    if (records.some(({ target }) => target.kind === 'distribution')) {
      return [{ name, kind: 'edge', policy }];
    }
    if (origins.has(name)) return [{ name, kind: 'origin', policy }];
    // What other names lead to is looked at through them.
    return records.some(isRouted) && !behind.has(name) ? [{ name, kind: 'direct', policy }] : [];
  });
  const order = ['edge', 'origin', 'direct'];
  const all = picking === undefined ? hops : [...hops, picking.hop];
  return all.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
}

function isRouted({ policy, target }: RoutedRecord): boolean {
  return policy.kind !== 'simple' || (target.kind === 'name' && target.name !== '');
}

/** Names that distributions fetch from. */
function originNames(assembly: Assembly): ReadonlySet<string> {
  const names = assembly
    .resources({ type: 'AWS::CloudFront::Distribution' })
    .filter(({ included }) => included !== false)
    .flatMap((distribution) => {
      const config = property(distribution.properties, 'DistributionConfig');
      const origins = isJsonObject(config) ? property(config, 'Origins') : undefined;
      return (isJsonList(origins) ? origins : []).flatMap((origin) => {
        const written = isJsonObject(origin) ? property(origin, 'DomainName') : undefined;
        const resolution = assembly.resolve(written, distribution);
        return resolution.kind === 'known' && typeof resolution.value === 'string'
          ? [normal(resolution.value)]
          : [];
      });
    });
  return new Set(names);
}

/** A name that leads to one Region's load balancer alone, by Region: who answers is known by it. */
export function regionNames({ byName }: RecordIndex): ReadonlyMap<string, string> {
  const own = [...byName].flatMap(([name, [record, second]]) =>
    record?.target.kind === 'balancer' && record.policy.kind === 'simple' && second === undefined
      ? [[record.target.region, name] as const]
      : [],
  );
  return new Map(own);
}
