import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import schema from '../../../../../docs/schemas/drill.schema.json';
import type { DrillResult, FailoverResult } from '../../../../../lib/tools/twin/drill';
import { disagreements, reviewOf } from '../../../../support/agreement';
import type { Review } from '../../../../support/agreement';
import { synthesized } from '../../../../support/assembly';
import { gone } from '../../../../support/processes';

/** The real command line, at a rate that the rest of the tests leave room for. */
jest.setTimeout(240_000);

const CLI = resolve(__dirname, '../../../../../bin/meridian.js');
const RATE = '20';

let home: string;
/** Of the reference's templates alone: what it says is held against what a drill sees. */
let review: Review;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'meridian-drill-'));
  const { directory, deployment } = await synthesized();
  review = reviewOf(directory, deployment);
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function drill(...args: string[]): Promise<Finished> {
  return new Promise((finish) => {
    const env = { PATH: process.env['PATH'] ?? '', MERIDIAN_HOME: home };
    const options = { cwd: home, env, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(process.execPath, [CLI, 'drill', ...args], options, (_, out, err) => {
      finish({ code: child.exitCode, stdout: out, stderr: err });
    });
  });
}

async function run(name: string, ...args: string[]): Promise<DrillResult> {
  const { code, stdout, stderr } = await drill(name, '--json', '--rate', RATE, ...args);
  if (stdout === '') throw new Error(stderr);
  const result = JSON.parse(stdout) as DrillResult & { readonly page: string };
  const validate = new Ajv({ strict: false }).compile(schema);
  expect([validate(result), validate.errors]).toEqual([true, null]);
  expect(result.expectations.filter(({ passed }) => !passed)).toEqual([]);
  expect(disagreements(result, review)).toEqual([]);
  expect(code).toBe(0);
  expect(readFileSync(result.page, 'utf8')).toContain(`<title>Drill ${name}: passed</title>`);
  return result;
}

async function runFailover(name: string, ...args: string[]): Promise<FailoverResult> {
  const result = await run(name, ...args);
  if (result.flow !== 'failover') throw new Error(`${name} fails nothing over`);
  return result;
}

test('a Region that is killed is replaced: only what was not replayed is lost', async () => {
  const { rto, rtoAsConfigured, rpo, regions, errors } = await runFailover('region-killed');
  expect(regions).toMatchObject({ hit: 'eu-central-1' });
  expect(regions.writer).not.toBe('eu-central-1');
  const { total, ...parts } = rto;
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  // Three checks ten seconds apart, a lease of ten seconds, a decision of thirty.
  expect(rtoAsConfigured.total).toBeGreaterThan(60_000);
  expect(rtoAsConfigured.lease).toBeGreaterThanOrEqual(10_000);
  expect(rpo.lost).toBeGreaterThan(0);
  expect(Object.keys(errors)).toHaveLength(3);
});

test('of two sides of a partition one writes; the other comes back as a secondary', async () => {
  const { fence, rpo, returned } = await runFailover('regions-partitioned', '--return');
  expect(returned).toMatchObject({ steered: true, status: 201, missingRows: 0 });
  expect(fence).toMatchObject({ writtenByOld: 0, oldTakesWrites: true, confirmed: false });
  expect(fence.refused).toBeGreaterThan(0);
  expect(rpo.lostWrites.every(({ heldByOldWriter }) => heldByOldWriter)).toBe(true);
});

test('a zone that falls silent is borne by its Region, nothing is lost, and it comes back', async () => {
  const result = await run('zone-lost', '--return');
  if (result.flow !== 'carry-on') throw new Error('another Region took over');
  const { regions, rpo, rto, measured } = result;
  expect([regions.writer, rpo.lost, rpo.doubled]).toEqual([regions.hit, 0, 0]);
  expect(measured['zoneBackMs']).toBeGreaterThan(0);
  const { detect = 0, decide, promote = 0, client = 0, total = 0 } = rto ?? {};
  expect(decide).toBe(0);
  expect(promote).toBeGreaterThan(0);
  expect(detect + promote + client).toBeLessThanOrEqual(total);
});

test('all databases of a Region that are lost are replaced by those of another, and come back', async () => {
  const { regions, returned, rpo } = await runFailover('databases-lost', '--return');
  expect(regions.writer).not.toBe(regions.hit);
  expect(rpo.doubled).toBe(0);
  expect(returned).toMatchObject({ steered: true, missingRows: 0 });
});

test('a cache that is lost costs nobody an answer, and nothing fails over', async () => {
  const { flow, regions, rpo } = await run('cache-lost');
  expect([flow, regions.writer]).toEqual(['carry-on', regions.hit]);
  expect(rpo.acknowledged).toBeGreaterThan(50);
});

test('leave no process and no run directory', async () => {
  expect(await gone(home)).toEqual([]);
  expect(existsSync(join(home, 'drill'))).toBe(false);
});

test('a drill that does not exist is refused with the names of those that do', async () => {
  const refused = await drill('region-sunk');
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('region-killed, region-frozen, regions-partitioned');
  const none = await drill();
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('the Region that writes is gone');
});
