import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { siteFiles } from './site-files';

const INLINE = /<(style|script)(?:\s+(?![^>]*\bsrc=)[^>]*)?>([\s\S]*?)<\/\1>/gi;

interface ReachedHosts {
  readonly apiHosts?: readonly string[];
  readonly uploadHosts?: readonly string[];
}

/**
 * What pages of the static site may load: their own files, what they hold inline as it was when it was
 * synthesized (by its hash), images from anywhere by HTTPS, and the API.
 *
 * @param directory the site's files
 * @param hosts of the API that are not the site's own, and of buckets that forms are sent to
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
 */
export function contentSecurityPolicy(
  directory: string,
  { apiHosts = [], uploadHosts = [] }: ReachedHosts = {},
): string {
  const hashes = { style: new Set<string>(), script: new Set<string>() };
  for (const { key } of siteFiles(directory).filter((file) => file.key.endsWith('.html'))) {
    const page = readFileSync(join(directory, key), 'utf8');
    for (const [, tag = '', text = ''] of page.matchAll(INLINE)) {
      if (text === '') continue;
      const hash = createHash('sha256').update(text).digest('base64');
      hashes[tag.toLowerCase() === 'style' ? 'style' : 'script'].add(`'sha256-${hash}'`);
    }
  }
  const api = apiHosts.flatMap((host) => [`https://${host}`, `wss://${host}`]);
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'none'"],
    'script-src': ["'self'", ...hashes.script],
    'style-src': ["'self'", ...hashes.style],
    'img-src': ["'self'", 'https:', 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...api, ...uploadHosts.map((host) => `https://${host}`)],
    'manifest-src': ["'self'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ');
}
