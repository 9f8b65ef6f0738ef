import type { RegionName, ViewerRegions } from '../../../config';
import { functionCode } from './function-code';

/** Answers of a Region that send a read on to the next one. */
export const FAILOVER_STATUSES: readonly number[] = [500, 502, 503, 504];

/** Key of the edge's switch: Regions that get no viewers, separated by commas. */
export const DRAINED_KEY = 'drained';

export interface RegionPickerProps {
  /** Regions in the order of the declaration, each with its own host; origins are named by Region. */
  readonly hosts: Readonly<Record<RegionName, string>>;
  /** Which Regions viewers of a country are led to. */
  readonly viewers: ViewerRegions;
}

/**
 * Code of the CloudFront function that picks the Region of a request: the first of the viewer's
 * country that nobody drained. Reads get a group with the next Region; CloudFront sends a write to one
 * origin only. A Region's own host leads to that Region whatever its state: health checkers and peers
 * ask for it. With every Region drained it acts as if none were.
 *
 * @throws RangeError if there are more Regions than a function can hold
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html
 */
export function regionPicker({ hosts, viewers }: RegionPickerProps): string {
  const regions = Object.keys(hosts);
  const digits = (order: readonly RegionName[]): string =>
    order.map((region) => regions.indexOf(region).toString(36)).join('');
  const byHost = Object.fromEntries(Object.entries(hosts).map(([region, host]) => [host, region]));
  const orders = Object.entries(viewers.byCountry).map(([code, it]) => `${code}:'${digits(it)}'`);
  return functionCode("the edge's function", [
    "import cf from 'cloudfront';",
    `const regions = ${JSON.stringify(regions)};`,
    `const hosts = ${JSON.stringify(byHost)};`,
    `const orders = {${orders.join(',')}};`,
    `const otherwise = '${digits(viewers.otherwise)}';`,
    `const failover = { statusCodes: ${JSON.stringify(FAILOVER_STATUSES)} };`,
    'async function handler(event) {',
    '  const request = event.request;',
    '  const headers = request.headers;',
    "  const own = hosts[headers.host ? headers.host.value.toLowerCase() : ''];",
    '  if (own) {',
    '    cf.selectRequestOriginById(own);',
    '    return request;',
    '  }',
    "  const country = headers['cloudfront-viewer-country'];",
    '  const order = (country && orders[country.value]) || otherwise;',
    "  const all = order.split('').map((digit) => regions[parseInt(digit, 36)]);",
    "  let drained = '';",
    '  try {',
    `    drained = await cf.kvs().get('${DRAINED_KEY}');`,
    '  } catch (_) {',
    '    // Nobody has drained a Region yet.',
    '  }',
    "  const out = drained.split(',');",
    '  const open = all.filter((region) => !out.includes(region));',
    '  const left = open.length > 0 ? open : all;',
    "  const reads = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);",
    '  if (reads && left.length > 1) {',
    '    const originIds = left.slice(0, 2).map((originId) => ({ originId: originId }));',
    '    cf.createRequestOriginGroup({ originIds: originIds, failoverCriteria: failover });',
    '  } else {',
    '    cf.selectRequestOriginById(left[0]);',
    '  }',
    '  return request;',
    '}',
  ]);
}
