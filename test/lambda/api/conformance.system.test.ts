import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import Ajv from 'ajv';
import schema from '../../../docs/schemas/conformance.schema.json';
import { conform } from '../../conformance/conform';
import { type RunningCache, startStandInCache } from '../support/cache';
import { type LiveWorld, startLiveWorld } from '../support/live';
import { AWAY, HOME } from '../support/world';

const ROOT = resolve(__dirname, '../../..');

let caches: Readonly<Record<string, RunningCache>>;
let world: LiveWorld;

beforeAll(async () => {
  caches = { [HOME]: await startStandInCache(), [AWAY]: await startStandInCache() };
  world = await startLiveWorld({ cacheOf: (region) => caches[region]?.endpoint });
}, 60_000);

afterAll(async () => {
  await world.stop();
  await Promise.all(Object.values(caches).map((cache) => cache.stop()));
}, 30_000);

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function conformance(...args: string[]): Promise<Finished> {
  const command = ['--import', 'tsx', 'test/conformance/run.ts', ...args];
  return new Promise((finish) => {
    const child = execFile(process.execPath, command, { cwd: ROOT }, (_, stdout, stderr) => {
      finish({ code: child.exitCode, stdout, stderr });
    });
  });
}

test('the whole contract holds through each Region at the same time, its cache on, its readers late', async () => {
  const reports = [HOME, AWAY].map(async (region) => {
    const report = await conform({ urls: [new URL(world.regions[region]!.url)], concurrency: 4 });
    return { region, ...report };
  });
  for (const { region, cases, counts } of await Promise.all(reports)) {
    const failed = cases.filter(({ passed }) => !passed);
    expect({ region, failed }).toEqual({ region, failed: [] });
    expect(counts.passed).toBeGreaterThanOrEqual(45);
  }
}, 240_000);

test('the command says what is met in JSON of its schema, and what is not by its exit code', async () => {
  const answersAll = createServer((_, response) => response.end('{}'));
  await new Promise<void>((ready) => answersAll.listen(0, '127.0.0.1', ready));
  const { port } = answersAll.address() as AddressInfo;
  try {
    const found = await conformance(`http://127.0.0.1:${port}`, '--json');
    expect(found.code).toBe(1);
    const report: unknown = JSON.parse(found.stdout);
    const validate = new Ajv().compile(schema);
    expect(validate(report) ? [] : validate.errors).toEqual([]);
    expect(report).toMatchObject({ passed: false, counts: { passed: 0 } });
    expect(found.stderr).toMatch(/FAIL 1\/\d+ /);
  } finally {
    answersAll.close();
  }
  for (const args of [[], ['nonsense'], ['http://127.0.0.1:1'], ['http://x', '--concurrency', '0']])
    expect((await conformance(...args)).code).toBe(2);
}, 60_000);
