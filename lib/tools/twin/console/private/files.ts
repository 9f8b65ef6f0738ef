import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the page, with its type. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const FILES: Readonly<Record<string, readonly [name: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/page.mjs': ['page.mjs', 'text/javascript; charset=utf-8'],
  '/view.mjs': ['view.mjs', 'text/javascript; charset=utf-8'],
  '/labels.mjs': ['labels.mjs', 'text/javascript; charset=utf-8'],
  '/map.mjs': ['map.mjs', 'text/javascript; charset=utf-8'],
  '/drills.mjs': ['drills.mjs', 'text/javascript; charset=utf-8'],
  '/faults.mjs': ['faults.mjs', 'text/javascript; charset=utf-8'],
  '/link.mjs': ['link.mjs', 'text/javascript; charset=utf-8'],
  '/writers.mjs': ['writers.mjs', 'text/javascript; charset=utf-8'],
};

/** The page's files by the path at which they are served. */
export async function readPage(): Promise<ReadonlyMap<string, PageFile>> {
  const directory = join(__dirname, '..', 'page');
  return new Map(
    await Promise.all(
      Object.entries(FILES).map(async ([path, [name, type]]) => {
        return [path, { type, body: await readFile(join(directory, name)) }] as const;
      }),
    ),
  );
}
