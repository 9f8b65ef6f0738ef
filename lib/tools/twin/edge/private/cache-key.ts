import type { IncomingHttpHeaders } from 'node:http';
import type { EdgeCaching, Selection } from '..';

export type Encoding = 'br' | 'gzip' | 'identity';

/** What the edge compares: two requests with the same key get the same answer. */
export function cacheKey(
  { queryStrings, headers, cookies }: EdgeCaching,
  path: string,
  request: { readonly url: string; readonly headers: IncomingHttpHeaders },
  encoding: Encoding,
): string {
  const [, query = ''] = request.url.split(/\?(.*)/s, 2);
  const parts = query === '' ? [] : query.split('&');
  const sent = (request.headers.cookie ?? '').split(/;\s*/).filter((part) => part !== '');
  return JSON.stringify([
    path,
    parts.filter((part) => selects(queryStrings, part.split('=', 1)[0] ?? '')),
    headers.map((name) => request.headers[name] ?? null),
    sent.filter((part) => selects(cookies, part.split('=', 1)[0] ?? '')).sort(),
    encoding,
  ]);
}

/** The best of the policy's encodings that the viewer takes; Brotli before gzip, as CloudFront does. */
export function encodingOf({ encodings }: EdgeCaching, headers: IncomingHttpHeaders): Encoding {
  const accepted = (headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';', 1)[0]?.trim());
  const best = (['br', 'gzip'] as const).find(
    (encoding) => encodings.includes(encoding) && accepted.includes(encoding),
  );
  return best ?? 'identity';
}

function selects(selection: Selection, name: string): boolean {
  if (selection === 'all' || selection === 'none') return selection === 'all';
  return 'only' in selection ? selection.only.includes(name) : !selection.except.includes(name);
}
