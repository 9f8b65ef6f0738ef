import { spawnSync } from 'node:child_process';

/** What is measured is what is deployed: the bundle, as it is now. */
export function buildBundles(): void {
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts'], {
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(`the bundles cannot be built:\n${run.stderr}`);
}
