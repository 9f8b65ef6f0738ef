import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionConfig } from '../../../../../lib/tools/twin/gateway';
import { FunctionVersions } from '../../../../../lib/tools/twin/gateway';
import { buildPrograms } from '../../../../../lib/tools/twin/programs';
import { eventually, gone } from '../../../../support/processes';

jest.setTimeout(60_000);

let directory: string;
let program: string;
/** Below a version's share from the left, it gets the request. */
let chance = 0;
let versions: FunctionVersions | undefined;

function code(name: string, says: string): string {
  const path = join(directory, name);
  mkdirSync(path);
  writeFileSync(join(path, 'index.mjs'), `export const handler = async () => { ${says} };`);
  return path;
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-versions-'));
  program = (await buildPrograms(directory)).instance;
  code('old', "return `old ${process.env.AWS_LAMBDA_FUNCTION_VERSION ?? '-'}`");
  code('new', "return 'new'");
  code('slow', "await new Promise((go) => setTimeout(go, 1_500)); return 'slow'");
  code('bad', "throw new Error('as built')");
});
afterEach(async () => {
  await versions?.close();
  expect(await gone(directory)).toEqual([]);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function started(changes: Partial<FunctionConfig>, timeScale = 1): Promise<FunctionVersions> {
  versions = new FunctionVersions(
    {
      ...{ name: 'f', directory: join(directory, 'old'), handler: 'index.handler' },
      ...{ environment: {}, memoryMiB: 128, timeoutSeconds: 20, ...changes },
    },
    { program, log: join(directory, 'log'), timeScale, chance: () => chance },
  );
  await versions.warm();
  return versions;
}

async function answer(of: FunctionVersions, at: number): Promise<unknown> {
  chance = at;
  const outcome = await of.invoke({});
  return outcome.kind === 'result' ? outcome.value : outcome.kind;
}

const canary = { firstShare: 0.1, stepShare: 0.9, intervalSeconds: 3_600, watched: true };

test('versions get requests by the weights of their alias', async () => {
  const of = await started({ version: '6', additional: [{ version: '7', weight: 0.25 }] });
  expect(of.weights).toEqual([0.75, 0.25]);
  expect(await answer(of, 0.74)).toBe('old 6');
  expect(await answer(of, 0.76)).toBe('old 7');
});

test('a new version gets a tenth first; who deploys another ends it', async () => {
  const of = await started({ rollout: canary });
  const first = of.deploy({ directory: join(directory, 'new') });
  const second = of.deploy({ directory: join(directory, 'new') });
  expect(await first).toEqual({ rolledBack: true });
  expect(await answer(of, 0.89)).toBe('old -');
  expect(await answer(of, 0.91)).toBe('new');
  await of.close();
  expect(await second).toEqual({ rolledBack: true });
});

test('and all of them after its interval, on the compressed clock', async () => {
  const of = await started({ rollout: canary }, 3_600);
  const rolledOut = await of.deploy({ directory: join(directory, 'new') });
  expect([rolledOut.rolledBack, of.weights]).toEqual([false, [1]]);
  expect(await answer(of, 0)).toBe('new');
  expect(of.version).toEqual({ directory: join(directory, 'new') });
});

test('step by step where it is linear', async () => {
  const linear = { firstShare: 0.5, stepShare: 0.5, intervalSeconds: 1, watched: true };
  const of = await started({ rollout: linear });
  const rolledOut = of.deploy({ directory: join(directory, 'new') });
  expect(await rolledOut).toEqual({ rolledBack: false });
  expect(await answer(of, 0)).toBe('new');
});

test('an error of it takes it back', async () => {
  const of = await started({ rollout: canary });
  const rolledOut = of.deploy({ directory: join(directory, 'bad') });
  await new Promise(setImmediate);
  expect(await answer(of, 0.95)).toBe('failed');
  expect(await rolledOut).toEqual({ rolledBack: true });
  expect([await answer(of, 0.95), of.weights]).toEqual(['old -', [1]]);
});

test('without a roll-out it gets all at once', async () => {
  const of = await started({});
  expect(await of.deploy({ directory: join(directory, 'new') })).toEqual({ rolledBack: false });
  expect(await answer(of, 0.5)).toBe('new');
});

test('a version that comes in after a zone was lost starts nothing there until it is back', async () => {
  const of = await started({ version: '6', zones: ['a', 'b'], rollout: canary });
  of.loseZone('a');
  const rolling = of.deploy({ directory: join(directory, 'slow') });
  await eventually(
    () => Promise.resolve(of.weights.length),
    (length) => length === 2,
  );
  expect(await answer(of, 0.95)).toBe('slow');
  // The old version's and the new one's.
  expect(of.zoned.length).toBeGreaterThan(1);
  expect(new Set(of.zoned.map(({ zone }) => zone))).toEqual(new Set(['b']));
  of.regainZone('a');
  // Requests that nobody has a free instance for start others.
  await Promise.all(Array.from({ length: 4 }, () => answer(of, 0.95)));
  expect(new Set(of.zoned.map(({ zone }) => zone))).toEqual(new Set(['a', 'b']));
  await of.close();
  await rolling;
});
