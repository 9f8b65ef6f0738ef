import type { EdgeCaching } from '..';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** How long an error is kept where the distribution does not say, in seconds; CloudFront's default. */
export const ERROR_SECONDS = 10;

/** Errors that are kept whatever they say; others only where they say how long themselves. */
const KEPT_ERRORS = new Set([404, 405, 410, 414, 500, 501, 502, 503, 504]);
/** Kept by the policy's own times, said or not. */
const KEPT = new Set([200, 203, 300, 301, 302]);
/** Kept only where the origin says how long. */
const KEPT_IF_SAID = new Set([307, 308, 400, 403, 412, 415]);

/**
 * For how many seconds the edge answers with what an origin said, without asking again; 0 for not at all.
 * A minimum above zero overrules `no-store`, and the maximum what the origin says.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
 */
export function lifetimeSeconds(
  { minSeconds, defaultSeconds, maxSeconds }: EdgeCaching,
  status: number,
  headers: Headers,
): number {
  const said = saidSeconds(headers);
  if (KEPT_ERRORS.has(status)) return Math.max(ERROR_SECONDS, said ?? 0);
  if (!KEPT.has(status) && !(KEPT_IF_SAID.has(status) && said !== undefined)) return 0;
  return Math.max(minSeconds, said === undefined ? defaultSeconds : Math.min(said, maxSeconds));
}

/** What the origin says itself, in seconds; undefined where it says nothing. */
function saidSeconds(headers: Headers): number | undefined {
  const directives = new Map(
    String(headers['cache-control'] ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => part.trim().split('='))
      .map(([name = '', value = '']) => [name, value.replaceAll('"', '')] as const),
  );
  if (['no-store', 'no-cache', 'private'].some((name) => directives.has(name))) return 0;
  const age = directives.get('s-maxage') ?? directives.get('max-age');
  if (age !== undefined && /^\d+$/.test(age)) return Number(age);
  const expires = Date.parse(String(headers['expires'] ?? ''));
  if (Number.isNaN(expires)) return headers['expires'] === undefined ? undefined : 0;
  const date = Date.parse(String(headers['date'] ?? ''));
  return Math.max(0, (expires - (Number.isNaN(date) ? Date.now() : date)) / 1000);
}
