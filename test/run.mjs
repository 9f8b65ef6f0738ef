// Runs the rings in order, cheapest first, and closes with one line that says how many tests ran.
// A ring whose needs are missing says `NOT RUN: ring, reason, remedy`; with CI set that is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RINGS = ['pure', 'constructs', 'assembly', 'system'];
const asked = process.argv.slice(2);
const unknown = asked.filter((ring) => !RINGS.includes(ring));
if (unknown.length > 0) {
  console.error(`unknown ring: ${unknown.join(', ')}; allowed: ${RINGS.join(', ')}`);
  process.exit(2);
}

const results = mkdtempSync(join(tmpdir(), 'meridian-test-'));
const total = { passed: 0, failed: 0, pending: 0 };
try {
  for (const ring of asked.length > 0 ? asked : RINGS) {
    const file = join(results, `${ring}.json`);
    const run = spawnSync(
      process.execPath,
      [
        'node_modules/jest/bin/jest.js',
        '--selectProjects',
        ring,
        '--json',
        `--outputFile=${file}`,
        ...(process.env.CI ? ['--ci'] : []),
        // Real processes share two cores: one file at a time keeps their clocks honest.
        ...(ring === 'system' ? ['--runInBand'] : []),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const outcome = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += outcome.numPassedTests;
    total.failed += outcome.numFailedTests + outcome.numRuntimeErrorTestSuites;
    total.pending += outcome.numPendingTests;
    if (outcome.numTotalTests === 0 || (run.status !== 0 && total.failed === 0)) total.failed += 1;
  }
} finally {
  rmSync(results, { recursive: true, force: true });
}
const skipped = total.pending > 0 ? `, ${total.pending} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed === 0 ? 0 : 1);
