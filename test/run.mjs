// Runs the rings in order, cheapest first, and closes with one line that says how many tests ran.
// A ring whose needs are missing says `NOT RUN: ring, reason, remedy`; with CI set that is a failure.
//   node test/run.mjs [RING…] [-- JEST ARGUMENTS]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { RINGS } from './rings.mjs';

const [asked, forJest] = split(process.argv.slice(2));
const unknown = asked.filter((ring) => !Object.hasOwn(RINGS, ring));
if (unknown.length > 0) {
  console.error(`unknown ring: ${unknown.join(', ')}; allowed: ${Object.keys(RINGS).join(', ')}`);
  process.exit(2);
}

/** Jest leaves a core to itself, which of two is half; more than four processes want more than 8 GB. */
const WORKERS = Math.min(4, availableParallelism());
const files = readdirSync(import.meta.dirname, { recursive: true });
const results = mkdtempSync(join(tmpdir(), 'meridian-test-'));
// As root, PostgreSQL runs as somebody else, who must get to its programs.
chmodSync(results, 0o711);
const total = { passed: 0, failed: 0, pending: 0 };
const notRun = [];
try {
  for (const ring of asked.length > 0 ? asked : Object.keys(RINGS)) await runRing(ring);
} finally {
  rmSync(results, { recursive: true, force: true });
}
for (const line of notRun) console.log(`NOT RUN: ${line}`);
if (process.env.CI) total.failed += notRun.length;
const skipped = total.pending > 0 ? `, ${total.pending} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exit(total.failed === 0 ? 0 : 1);

async function runRing(ring) {
  const own = files.filter((file) => file.endsWith(`.${ring}.test.ts`));
  if (own.length === 0) {
    console.error(`${ring}: no tests yet`);
    return;
  }
  const { need, ...how } = RINGS[ring];
  const prepared = need?.prepare();
  if (prepared?.reason !== undefined) {
    notRun.push(`${ring}, ${prepared.reason}, ${prepared.remedy}`);
    return;
  }
  const env = need === undefined ? {} : { [need.variable]: prepared.path };
  const started = Date.now();
  const outcomes = [];
  for (const [step, lanes] of stepsOf(own, how).entries()) {
    const runs = lanes.map((args, at) => jest(ring, { args, env, at: `${step}-${at}` }));
    outcomes.push(...(await Promise.all(runs)));
  }
  let [passed, failures] = [0, 0];
  for (const { status, outcome } of outcomes) {
    const failed = outcome.numFailedTests + outcome.numRuntimeErrorTestSuites;
    const silent = outcome.numTotalTests === 0 || (status !== 0 && failed === 0);
    passed += outcome.numPassedTests;
    failures += failed + (silent ? 1 : 0);
    total.pending += outcome.numPendingTests;
  }
  total.passed += passed;
  total.failed += failures;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.error(`${ring}: ${passed} passed, ${failures} failed in ${seconds} s`);
}

/**
 * Arguments of each run of Jest: runs of a step at once, steps one after the other. Whoever asks for
 * files has them one after the other.
 */
function stepsOf(own, { first = [], lanes, workers = WORKERS }) {
  const said = forJest.some((it) => /^(-w|-i|--maxWorkers|--runInBand)/.test(it));
  if (lanes === undefined) return [[said ? [] : [`--maxWorkers=${Math.min(workers, WORKERS)}`]]];
  if (forJest.length > 0) return [[['--runInBand']]];
  const texts = new Map(
    own.map((file) => [file, readFileSync(join(import.meta.dirname, file), 'utf8')]),
  );
  const isFirst = (file) => first.some(({ takes }) => takes(texts.get(file)));
  return [
    dealt(own.filter(isFirst), first, texts),
    dealt(
      own.filter((file) => !isFirst(file)),
      lanes,
      texts,
    ),
  ];
}

/** Arguments of each run that got files: whichever of its lanes is free takes the next one. */
function dealt(files, lanes, texts) {
  const parts = lanes.map(() => []);
  for (const file of files)
    parts[lanes.findIndex(({ takes }) => takes(texts.get(file)))].push(
      join(import.meta.dirname, file),
    );
  return lanes.flatMap(({ count }, at) => {
    const atOnce = count === 1 ? '--runInBand' : `--maxWorkers=${count}`;
    return parts[at].length === 0 ? [] : [[atOnce, '--runTestsByPath', ...parts[at]]];
  });
}

async function jest(ring, { args: lane, env, at }) {
  const file = join(results, `${ring}-${at}.json`);
  const args = [
    'node_modules/jest/bin/jest.js',
    ...['--selectProjects', ring, '--json', `--outputFile=${file}`],
    ...(process.env.CI ? ['--ci'] : []),
    ...lane,
    ...forJest,
  ];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    // What files of this run make of the same things, others of it need not.
    env: {
      ...process.env,
      MERIDIAN_TEST_ASSEMBLIES: join(results, 'assemblies'),
      MERIDIAN_TEST_ENGINES: join(results, 'engines'),
      ...env,
    },
  });
  const [status] = await once(child, 'exit');
  if (existsSync(file)) return { status, outcome: JSON.parse(readFileSync(file, 'utf8')) };
  const none = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTotalTests: 0 };
  return { status, outcome: { ...none, numRuntimeErrorTestSuites: 1 } };
}

function split(args) {
  const at = args.indexOf('--');
  return at === -1 ? [args, []] : [args.slice(0, at), args.slice(at + 1)];
}
