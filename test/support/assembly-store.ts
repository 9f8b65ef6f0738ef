import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { serialize } from 'node:v8';
import { workBundles } from '../../lib/config';
import type { Deployment } from '../../lib/config';
import { ROOT } from './root';
import type { StackEntry } from './synthesis';

/** Whatever decides what a deployment is synthesized to. */
const SOURCES = ['bin', 'lambda', 'lib', 'cdk.json', 'package-lock.json', 'tsconfig.json'];

/**
 * Assemblies that the files of one run share: `test/run.mjs` makes the directory, names it in
 * `MERIDIAN_TEST_ASSEMBLIES` and removes it. Without it nothing is shared.
 */
export class AssemblyStore {
  private readonly place: string;

  private constructor(
    private readonly root: string,
    deployment: Deployment,
  ) {
    this.place = join(root, keyOf(deployment));
  }

  public static of(deployment: Deployment): AssemblyStore | undefined {
    const root = process.env['MERIDIAN_TEST_ASSEMBLIES'];
    return root === undefined ? undefined : new AssemblyStore(root, deployment);
  }

  /** Copies the assembly to `directory`, so that who changes it changes their own. */
  public take(directory: string): readonly StackEntry[] | undefined {
    if (!existsSync(this.place)) return undefined;
    cpSync(join(this.place, 'assembly'), directory, { recursive: true });
    return JSON.parse(readFileSync(join(this.place, 'stacks.json'), 'utf8')) as StackEntry[];
  }

  /** Keeps a copy; of two processes that made the same, one's stays. */
  public keep(directory: string, stacks: readonly StackEntry[]): void {
    mkdirSync(this.root, { recursive: true });
    const copy = mkdtempSync(join(this.root, 'new-'));
    cpSync(directory, join(copy, 'assembly'), { recursive: true });
    writeFileSync(join(copy, 'stacks.json'), JSON.stringify(stacks));
    try {
      renameSync(copy, this.place);
    } catch (error) {
      rmSync(copy, { recursive: true, force: true });
      if (!existsSync(this.place)) throw error;
    }
  }
}

/** Of the deployment, of the sources, and of bundles from elsewhere, by content. */
function keyOf(deployment: Deployment): string {
  const hash = createHash('sha256').update(serialize(deployment));
  const own = deployment.services.flatMap(({ bundle }) => (bundle === undefined ? [] : [bundle]));
  for (const part of [...SOURCES, ...own, ...workBundles(deployment)]) {
    for (const file of filesBelow(resolve(ROOT, part)))
      hash.update(`\n${file}\n`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesBelow(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
