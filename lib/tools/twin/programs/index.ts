import { build, stop } from 'esbuild';
import { dirname, join } from 'node:path';

/** JavaScript files of the twin's Node children. */
export interface Programs {
  readonly tables: string;
  readonly gateway: string;
  readonly instance: string;
  readonly server: string;
  /** The stand-in of a cache. */
  readonly cache: string;
  /** The network between Regions. */
  readonly link: string;
  /** The endpoint of a cluster whose instances stand in zones, and who keeps it. */
  readonly cluster: string;
  /** Before clusters, where templates have proxies. */
  readonly proxy: string;
  /** For the variable NODE_PATH: the programs stand outside the checkout. */
  readonly nodePath: string;
}

const TWIN = join(__dirname, '..');

/**
 * Bundles the children's programs, so that each runs on bare Node: quick to start, and 30 MB
 * smaller than with a TypeScript loader in every process.
 *
 * @param directory existing directory for the files
 */
export async function buildPrograms(directory: string): Promise<Programs> {
  await build({
    entryPoints: {
      tables: join(TWIN, 'tables/program.ts'),
      gateway: join(TWIN, 'gateway/program.ts'),
      instance: join(TWIN, 'gateway/instance.ts'),
      server: join(TWIN, 'gateway/server.ts'),
      cache: join(TWIN, 'cache/program.ts'),
      link: join(TWIN, 'link/program.ts'),
      cluster: join(TWIN, 'cluster/program.ts'),
      proxy: join(TWIN, 'proxy/program.ts'),
    },
    outdir: directory,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    packages: 'external',
    logLevel: 'silent',
  });
  // Its helper process would stay as long as this one.
  await stop();
  return {
    tables: join(directory, 'tables.js'),
    gateway: join(directory, 'gateway.js'),
    instance: join(directory, 'instance.js'),
    server: join(directory, 'server.js'),
    cache: join(directory, 'cache.js'),
    link: join(directory, 'link.js'),
    cluster: join(directory, 'cluster.js'),
    proxy: join(directory, 'proxy.js'),
    nodePath: dirname(dirname(require.resolve('dynalite/package.json'))),
  };
}
