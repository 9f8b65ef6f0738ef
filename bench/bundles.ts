import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { least } from './private/processes';
import type { Figure } from './private/report';

const RUNS = 9;
const BUNDLES = ['build/lambda/api/index.mjs', 'build/lambda/api/server.mjs'];

/** The entry reads its environment when it is loaded; nothing here is contacted. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  MERIDIAN_REGION: 'eu-central-1',
  TOPOLOGY_TABLE: 'topology',
  TOPOLOGY_REGIONS: 'us-east-1',
  SESSION_TABLE: 'sessions',
  DIRECTORY_TABLE: 'directory',
  SIGNING_SECRET: 'signing',
  ORIGIN_SECRET: 'origin',
  PEER_URLS: 'eu-central-1=https://eu-central-1.origin.example.com',
  DATABASE_TLS: 'disable',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
};

/** Size of each bundle on the request path, and CPU of importing the Lambda entry over bare Node. */
export function measureBundles(): Figure[] {
  const entry = pathToFileURL(BUNDLES[0] ?? '').href;
  const bare = least(RUNS, () => importCpu('node:process'));
  const loaded = least(RUNS, () => importCpu(entry));
  return [
    ...BUNDLES.map((bundle) => ({
      what: `size of ${bundle}`,
      value: statSync(bundle).size / 1024,
      limit: 250,
      unit: 'KiB',
      basis: 'minified, one file',
    })),
    {
      what: 'import of the Lambda entry, CPU over bare Node',
      value: loaded - bare,
      limit: 40,
      unit: 'ms',
      basis: `${loaded.toFixed(1)} ms − ${bare.toFixed(1)} ms, least of ${RUNS}`,
    },
  ];
}

/** CPU milliseconds of a Node process that imports `module` and nothing else. */
function importCpu(module: string): number {
  const script = `await import(${JSON.stringify(module)});
    const { user, system } = process.cpuUsage();
    process.stdout.write(String((user + system) / 1000), () => process.exit(0));`;
  const args = ['--input-type=module', '-e', script];
  const run = spawnSync(process.execPath, args, { env: ENVIRONMENT, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`importing ${module} failed:\n${run.stderr}`);
  return Number(run.stdout);
}
