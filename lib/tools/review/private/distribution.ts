import type { AssemblyResource, Json, JsonObject } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import { regionsIn } from './regions-in';
import { hostName, recordSetsOf, regionsBehind } from './routing';
import { numberOf, within } from './view';
import type { View } from './view';

export interface Origin {
  readonly id: string;
  readonly host: string;
  /** Regions that may answer for it; none where that is not known. */
  readonly regions: readonly string[];
  /** Whether it may move between Regions by itself: a name that Route 53 steers. */
  readonly moves: boolean;
  readonly properties: JsonObject;
  /** Longest that connecting takes before the next origin is asked, seconds. */
  readonly connectSeconds: number;
}

export interface OriginGroup {
  readonly id: string;
  readonly members: readonly Origin[];
  readonly statusCodes: readonly number[];
}

export interface Behavior {
  /** `default` for the default behavior. */
  readonly path: string;
  readonly writes: boolean;
  readonly origin: Origin | undefined;
  readonly group: OriginGroup | undefined;
  /** Origins among which a function of the edge picks; none where none picks. */
  readonly picked: readonly Origin[];
  /** Whether what the function picks is changed without a deployment: it has a key-value store. */
  readonly switched: boolean;
  /** Id of origin or group as it is written. */
  readonly target: string;
  readonly properties: JsonObject;
}

export interface Distribution {
  readonly resource: AssemblyResource;
  readonly origins: readonly Origin[];
  readonly groups: readonly OriginGroup[];
  readonly behaviors: readonly Behavior[];
}

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_TIMEOUT = 10;

/** Every CloudFront distribution with its origins placed in Regions. */
export const distributionsOf = (view: View): readonly Distribution[] =>
  view.all('AWS::CloudFront::Distribution').map((resource) => {
    const config = view.at(resource, 'DistributionConfig');
    const origins = objects(within(config, 'Origins')).map((it) => readOrigin(view, resource, it));
    const groups = objects(within(config, 'OriginGroups.Items')).map((it) => ({
      id: view.textOf(it['Id']) ?? '',
      members: objects(within(it, 'Members.Items')).flatMap(
        ({ OriginId }) => origins.find(({ id }) => id === OriginId) ?? [],
      ),
      statusCodes: list(within(it, 'FailoverCriteria.StatusCodes.Items')).flatMap(
        (code) => numberOf(code) ?? [],
      ),
    }));
    const behaviors = [
      within(config, 'DefaultCacheBehavior'),
      ...list(within(config, 'CacheBehaviors')),
    ]
      .filter(isJsonObject)
      .map((it): Behavior => {
        const target = view.textOf(it['TargetOriginId']) ?? '';
        return {
          path: view.textOf(it['PathPattern']) ?? 'default',
          writes: list(it['AllowedMethods']).includes('POST'),
          origin: origins.find(({ id }) => id === target),
          group: groups.find(({ id }) => id === target),
          ...pickedBy(view, it, origins),
          target,
          properties: it,
        };
      });
    return { resource, origins, groups, behaviors };
  });

/** A function that picks names its origins in its code. */
function pickedBy(
  view: View,
  behavior: JsonObject,
  origins: readonly Origin[],
): Pick<Behavior, 'picked' | 'switched'> {
  const functions = objects(behavior['FunctionAssociations']).flatMap((it) =>
    view.refs(it['FunctionARN']),
  );
  for (const it of functions) {
    const code = view.text(it, 'FunctionCode') ?? '';
    if (!/\bcf\.(selectRequestOriginById|createRequestOriginGroup)\(/.test(code)) continue;
    const picked = origins.filter(({ id }) => id !== '' && code.includes(`"${id}"`));
    const stores = view.list(it, 'FunctionConfig.KeyValueStoreAssociations');
    return { picked, switched: stores.length > 0 };
  }
  return { picked: [], switched: false };
}

function readOrigin(view: View, distribution: AssemblyResource, properties: JsonObject): Origin {
  const domain = properties['DomainName'];
  const host = hostName(view.textOf(domain));
  const set = view
    .once(recordSetsOf)
    .filter(({ name }) => name === host && host !== '')
    .sort((one, other) => Number(other.steered) - Number(one.steered))[0];
  const ofRecords = set?.records.flatMap((record) => regionsBehind(view, record)) ?? [];
  const doors = view
    .refs(within(properties, 'VpcOriginConfig.VpcOriginId'))
    .flatMap((it) => view.out(it, 'VpcOriginEndpointConfig.Arn'));
  const ofTargets = [...view.refs(domain), ...doors].map(({ stack }) => stack.region);
  const regions = [...ofRecords, ...ofTargets, ...(set === undefined ? regionsIn(host) : [])];
  const attempts = numberOf(properties['ConnectionAttempts']) ?? DEFAULT_ATTEMPTS;
  const timeout = numberOf(properties['ConnectionTimeout']) ?? DEFAULT_TIMEOUT;
  return {
    id: view.textOf(properties['Id']) ?? '',
    host: host === '' ? distribution.key : host,
    regions: [...new Set(regions)],
    moves: set?.steered === true && new Set(ofRecords).size > 1,
    properties,
    connectSeconds: attempts * timeout,
  };
}

function list(value: Json | undefined): readonly Json[] {
  return isJsonList(value) ? value : [];
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return list(value).filter(isJsonObject);
}
