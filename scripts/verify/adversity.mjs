import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from './execute.mjs';

/**
 * The workload's whole contract on the seed, over shards and Regions, with readers that lag and writers
 * that fail; and the twin of the largest growth stage, which serves within 2 GB.
 */
export async function adversity({ root, work }) {
  const outputFile = join(work, 'adversity.json');
  const args = [
    '--selectProjects',
    'verify',
    '--runInBand',
    // A world that did not come up may leave something open: what is found is told all the same.
    '--forceExit',
    '--json',
    `--outputFile=${outputFile}`,
  ];
  const { status, stderr } = await execute(
    process.execPath,
    ['node_modules/jest/bin/jest.js', ...args],
    { cwd: root },
  );
  const { testResults, numPassedTests } = JSON.parse(readFileSync(outputFile, 'utf8'));
  const faults = testResults.flatMap(({ assertionResults, message }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed');
    if (failed.length === 0 && assertionResults.length === 0) return [message];
    return failed.map((one) => `${one.fullName}: ${one.failureMessages.join(' ').slice(0, 2_000)}`);
  });
  if (status !== 0 && faults.length === 0) faults.push(stderr.slice(-2_000));
  return { faults, detail: `${numPassedTests} tests` };
}
