import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { siteFiles } from './site-files';

/** CloudFront takes at most this many bytes of function code. */
const MOST_BYTES = 10_240;

/**
 * Code of the CloudFront function before the static site: knows every page, answers the rest with the
 * site's own 404. Error pages of a distribution would do so for `/api/*` too, whose 403 and 404 are
 * answers of the API.
 *
 * @throws RangeError if the site has more pages, or a longer 404.html, than a function can hold
 */
export function siteRouter(directory: string): string {
  const pages = siteFiles(directory).map(({ key }) => `/${key}`);
  const notFound = readFileSync(join(directory, '404.html'), 'utf8');
  const code = [
    `var pages = ${JSON.stringify(pages)};`,
    `var notFound = ${JSON.stringify(notFound)};`,
    'function handler(event) {',
    '  var request = event.request;',
    "  if (request.uri.endsWith('/')) request.uri += 'index.html';",
    '  if (pages.includes(request.uri)) return request;',
    '  return {',
    '    statusCode: 404,',
    "    statusDescription: 'Not Found',",
    "    headers: { 'content-type': { value: 'text/html; charset=utf-8' } },",
    '    body: notFound,',
    '  };',
    '}',
  ].join('\n');
  const bytes = Buffer.byteLength(code);
  if (bytes > MOST_BYTES) {
    throw new RangeError(`the site's router must be at most ${MOST_BYTES} bytes, got: ${bytes}`);
  }
  return code;
}
