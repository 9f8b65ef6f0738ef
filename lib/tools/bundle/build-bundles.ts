import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Service } from '../../config';
import { writeIfChanged } from './private/write-if-changed';

export interface BundleOptions {
  /** The package's own directory: sources below it, bundles into its `build/`. */
  readonly root: string;
  /** Directory that a service's own bundle is relative to. */
  readonly cwd: string;
  readonly services: readonly Service[];
}

/** A bundle that cannot be had; the message says which and why. */
export class BundleError extends Error {
  public override readonly name = 'BundleError';
}

/** Directories, each with an `index.mjs`; absolute paths. */
export interface Bundles {
  /** By name of the service; also with a `server.mjs`. */
  readonly services: Readonly<Record<string, string>>;
  readonly migrate: string;
  readonly handlers: { readonly binding: string; readonly site: string };
  /** Files of the static site, as they are. */
  readonly site: string;
}

/** Bundle below `build/` → its source. */
const ENTRIES: Readonly<Record<string, string>> = {
  'lambda/api/index': 'lambda/api/lambda.ts',
  'lambda/api/server': 'lambda/api/server.ts',
  'lambda/migrate/index': 'lambda/migrate/index.ts',
  'handlers/binding/index': 'lib/handlers/binding/index.ts',
  'handlers/site/index': 'lib/handlers/site/index.ts',
};

/**
 * Bundles the workload and the deployment-time handlers, before constructs run, so that synthesis
 * bundles nothing and the same bytes go to Lambda and into the local twin. One self-contained module
 * for each entry, for Node 20 and up; the AWS SDK is the Lambda runtime's own. The bytes depend on the
 * sources alone, not on where the checkout stands.
 *
 * Safe to run at the same time in several processes: each file is put in its place as a whole.
 *
 * @throws BundleError if a service's own bundle has no `index.mjs`
 */
export async function buildBundles({ root, cwd, services }: BundleOptions): Promise<Bundles> {
  const out = join(root, 'build');
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(ENTRIES).map(([name, source]) => ({ in: source, out: name })),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: ['@aws-sdk/*'],
    logLevel: 'silent',
  });
  for (const { path, contents } of result.outputFiles) writeIfChanged(path, contents);
  const own = services.map(({ name, bundle }) => [name, serviceBundle(bundle, cwd, root)] as const);
  return {
    services: Object.fromEntries(own),
    migrate: join(out, 'lambda/migrate'),
    handlers: { binding: join(out, 'handlers/binding'), site: join(out, 'handlers/site') },
    site: join(root, 'lambda/web'),
  };
}

/** A bundle of the working directory, else one of the package (the sample workload). */
function serviceBundle(bundle: string, cwd: string, root: string): string {
  const candidates = [resolve(cwd, bundle), resolve(root, bundle)];
  const found = candidates.find((directory) => existsSync(join(directory, 'index.mjs')));
  if (found === undefined) {
    throw new BundleError(
      `a service's bundle must be a directory with an index.mjs, got: ${bundle}`,
    );
  }
  return found;
}
