// `npm run verify [-- STEP…]`: what is too slow for `npm test`, step by step; closes with one line.
// A step whose needs are missing says `NOT RUN: step, reason, remedy`; with CI set that is a failure.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { STEPS } from './verify/steps.mjs';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(STEPS, name));
if (unknown.length > 0) {
  console.error(`unknown step: ${unknown.join(', ')}; allowed: ${Object.keys(STEPS).join(', ')}`);
  process.exit(2);
}

const work = mkdtempSync(join(tmpdir(), 'meridian-verify-'));
const context = { root: resolve(import.meta.dirname, '..'), work };
const total = { passed: 0, failed: 0, notRun: 0 };
try {
  for (const [name, step] of Object.entries(STEPS)) {
    if (asked.length === 0 || asked.includes(name)) await runStep(name, step);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (process.env.CI) total.failed += total.notRun;
const rest = total.notRun > 0 ? `, ${total.notRun} not run` : '';
console.log(`verify: ${total.passed} passed, ${total.failed} failed${rest}`);
process.exitCode = total.failed === 0 ? 0 : 1;

async function runStep(name, step) {
  console.error(`${name} …`);
  const started = Date.now();
  const result = await step(context).catch((error) => ({ faults: [error.stack] }));
  const seconds = Math.round((Date.now() - started) / 1000);
  if (result.reason !== undefined) {
    total.notRun += 1;
    console.log(`NOT RUN: ${name}, ${result.reason}, ${result.remedy}`);
  } else if (result.faults.length > 0) {
    total.failed += 1;
    console.log(`failed  ${name}: ${result.faults.length} faults (${seconds} s)`);
    for (const fault of result.faults) console.log(`        ${fault}`);
  } else {
    total.passed += 1;
    console.log(`passed  ${name}: ${result.detail} (${seconds} s)`);
  }
}
