import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { functionCode } from './function-code';
import { siteFiles } from './site-files';

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
  return functionCode("the site's router", [
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
  ]);
}
