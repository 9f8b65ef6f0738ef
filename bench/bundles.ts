import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { cpuOf, least } from './private/processes';
import type { Figure } from './private/report';

const RUNS = 9;
const BUNDLES = ['build/lambda/api/index.mjs', 'build/lambda/api/server.mjs'];

/** Size of each bundle on the request path, and CPU of importing the Lambda entry over bare Node. */
export function measureBundles(): Figure[] {
  const bare = least(RUNS, () => cpuOf(process.execPath, ['bench/fixtures/bare.mjs']));
  const entry = pathToFileURL(BUNDLES[0] ?? '').href;
  const script = `await import(${JSON.stringify(entry)}); process.exit(0)`;
  const loaded = least(RUNS, () => cpuOf(process.execPath, ['--input-type=module', '-e', script]));
  return [
    ...BUNDLES.map((bundle) => ({
      what: `size of ${bundle}`,
      value: statSync(bundle).size / 1024,
      limit: 300,
      unit: 'KiB',
      basis: 'minified, one file',
    })),
    {
      what: 'import of the Lambda entry, CPU over bare Node',
      value: loaded - bare,
      limit: 60,
      unit: 'ms',
      basis: `${loaded} ms − ${bare} ms, least of ${RUNS}`,
    },
  ];
}
