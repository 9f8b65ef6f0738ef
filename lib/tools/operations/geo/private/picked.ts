import type { Assembly, AssemblyResource, Json, JsonObject } from '../../../assembly';
import { isJsonList, isJsonObject, property } from '../../../assembly';
import type { ViewerFunction } from '../../../twin/edge';
import { compileViewerFunction } from '../../../twin/edge';
import type { Client, Hop, Reach } from '../model';
import type { Outlook } from './expect';
import { normal } from './records';

/** Where the edge itself picks the Region, by the code of its function. */
export interface Picking {
  readonly hop: Hop;
  /** Regions' own names, which lead through the edge to one Region whatever the client is. */
  readonly ownNames: ReadonlySet<string>;
  /** What a read of a client should reach; with nobody drained, which templates do not tell. */
  readonly reaches: (client: Client, outlook: Outlook) => Promise<readonly Reach[]>;
}

/** Policy of a hop whose Region a function of the edge picks by the viewer's country. */
export const BY_COUNTRY = 'country';
const API_PATH = '/api/tags';

/** @returns undefined where no function of a distribution picks among private load balancers */
export function readPicking(assembly: Assembly): Picking | undefined {
  for (const distribution of assembly.resources({ type: 'AWS::CloudFront::Distribution' })) {
    const config = object(property(distribution.properties, 'DistributionConfig'));
    const doors = objects(config['Origins']).flatMap((origin) =>
      doorOf(assembly, distribution, origin),
    );
    const run = doors.length === 0 ? undefined : pickerOf(assembly, distribution, config);
    if (run === undefined) continue;
    const ownNames = new Set(doors.map(({ host }) => host));
    const aliases = texts(assembly, distribution, config['Aliases']).map(normal);
    const name = aliases.find((alias) => !ownNames.has(alias)) ?? '';
    const regionOf = new Map(doors.map(({ id, region }) => [id, region]));
    return {
      ...{ hop: { name, kind: 'origin', policy: BY_COUNTRY }, ownNames },
      reaches: async ({ country }, { lost }) => {
        const headers = { host: name, 'cloudfront-viewer-country': country };
        const outcome = await run({ method: 'GET', uri: API_PATH, headers });
        const picked = outcome.kind === 'request' ? outcome.origins : [];
        const regions = picked.flatMap((id) => regionOf.get(id) ?? []);
        const target = regions.find((region) => !lost.has(region)) ?? regions[0];
        if (target === undefined) return [];
        return [{ target, share: 1, near: false, dead: lost.has(target) }];
      },
    };
  }
  return undefined;
}

interface Door {
  readonly id: string;
  readonly host: string;
  readonly region: string;
}

function doorOf(assembly: Assembly, at: AssemblyResource, origin: JsonObject): readonly Door[] {
  const entrance = object(origin['VpcOriginConfig'])['VpcOriginId'];
  const vpcOrigin = behind(assembly, at, entrance);
  const balancer =
    vpcOrigin &&
    behind(
      assembly,
      vpcOrigin,
      object(property(vpcOrigin.properties, 'VpcOriginEndpointConfig'))['Arn'],
    );
  const [id, host] = texts(assembly, at, [origin['Id'] ?? '', origin['DomainName'] ?? '']);
  if (balancer === undefined || id === undefined || host === undefined) return [];
  return [{ id, host: normal(host), region: balancer.stack.region }];
}

/** The first function of a behavior that picks origins. */
function pickerOf(
  assembly: Assembly,
  at: AssemblyResource,
  config: JsonObject,
): ViewerFunction | undefined {
  const associations = objects(config['CacheBehaviors']).flatMap((behavior) =>
    objects(behavior['FunctionAssociations']),
  );
  for (const { FunctionARN } of associations) {
    const code = behind(assembly, at, FunctionARN)?.properties['FunctionCode'];
    if (typeof code === 'string' && /\bcf\.selectRequestOriginById\(/.test(code)) {
      return compileViewerFunction(code);
    }
  }
  return undefined;
}

function behind(
  assembly: Assembly,
  at: AssemblyResource,
  value: Json | undefined,
): AssemblyResource | undefined {
  if (value === undefined) return undefined;
  const resolution = assembly.resolve(value, at);
  return resolution.kind === 'symbol' ? assembly.resource(resolution.symbol.resource) : undefined;
}

function texts(assembly: Assembly, at: AssemblyResource, values: Json | undefined): string[] {
  return (isJsonList(values) ? values : []).flatMap((value) => {
    const resolution = assembly.resolve(value, at);
    return resolution.kind === 'known' && typeof resolution.value === 'string'
      ? [resolution.value]
      : [];
  });
}

function object(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return (isJsonList(value) ? value : []).filter(isJsonObject);
}
