import type { AssemblyResource, JsonObject } from '../../../assembly';
import type { EdgeCaching, Selection } from '../../edge';
import type { TemplateReader } from './reader';
import { asList, asObject, asText } from './reader';

const DAY = 86_400;
const YEAR = 31_536_000;
const PATH_ALONE = { queryStrings: 'none', headers: [], cookies: 'none' } as const;

/**
 * Policies that AWS manages, by id; `undefined` keeps nothing.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const MANAGED: Readonly<Record<string, Omit<EdgeCaching, 'compress'> | undefined>> = {
  // CachingDisabled
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': undefined,
  // CachingOptimized
  '658327ea-f89d-4fab-a63d-7e88639e58f6': {
    ...{ minSeconds: 1, defaultSeconds: DAY, maxSeconds: YEAR },
    ...{ ...PATH_ALONE, encodings: ['br', 'gzip'] },
  },
  // CachingOptimizedForUncompressedObjects
  'b2884449-e4de-46a7-ac36-70bc7f1ddd6d': {
    ...{ minSeconds: 1, defaultSeconds: DAY, maxSeconds: YEAR },
    ...{ ...PATH_ALONE, encodings: [] },
  },
};

/** How a behavior keeps answers; undefined where it keeps none, or by a policy that we do not know. */
export function planCaching(
  reader: TemplateReader,
  distribution: AssemblyResource,
  behavior: JsonObject,
): EdgeCaching | undefined {
  const compress = behavior['Compress'] === true;
  const policy = reader.target(distribution, behavior['CachePolicyId'])?.resource;
  if (policy === undefined) {
    const managed = MANAGED[asText(behavior['CachePolicyId'] ?? '')];
    return managed && { ...managed, compress };
  }
  const config = asObject(reader.value(policy, 'CachePolicyConfig'));
  const key = asObject(config['ParametersInCacheKeyAndForwardedToOrigin']);
  const maxSeconds = Number(config['MaxTTL']);
  if (maxSeconds <= 0) return undefined;
  return {
    ...{ minSeconds: Number(config['MinTTL']), defaultSeconds: Number(config['DefaultTTL']) },
    ...{ maxSeconds, compress },
    queryStrings: selection(asObject(key['QueryStringsConfig']), 'QueryString'),
    headers: asList(asObject(key['HeadersConfig'])['Headers']).map((it) =>
      asText(it).toLowerCase(),
    ),
    cookies: selection(asObject(key['CookiesConfig']), 'Cookie'),
    encodings: [
      ...(key['EnableAcceptEncodingBrotli'] === true ? (['br'] as const) : []),
      ...(key['EnableAcceptEncodingGzip'] === true ? (['gzip'] as const) : []),
    ],
  };
}

function selection(config: JsonObject, of: 'QueryString' | 'Cookie'): Selection {
  const names = asList(config[`${of}s`]).map(asText);
  switch (config[`${of}Behavior`]) {
    case 'all':
      return 'all';
    case 'whitelist':
      return { only: names };
    case 'allExcept':
      return { except: names };
    default:
      return 'none';
  }
}
