import { readdirSync } from 'node:fs';
import { extname } from 'node:path';

/** A file of the static site. */
export interface SiteFile {
  /** Path below the site's directory, with `/`. */
  readonly key: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
};

/**
 * Files of a site's directory, in the order of their names.
 * @throws RangeError for a file whose content type is not known
 */
export function siteFiles(directory: string): readonly SiteFile[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(directory.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map(siteFile);
}

function siteFile(key: string): SiteFile {
  const contentType = CONTENT_TYPES[extname(key)];
  if (contentType === undefined) {
    const known = Object.keys(CONTENT_TYPES).join(', ');
    throw new RangeError(`a file of the site must end in one of ${known}, got: ${key}`);
  }
  // Names carry no hash, so a new version must be seen soon; the edge asks once a minute.
  return { key, contentType, cacheControl: 'public, max-age=60' };
}
