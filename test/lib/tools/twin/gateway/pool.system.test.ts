import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FunctionPool } from '../../../../../lib/tools/twin/gateway';
import type { FunctionConfig, PoolOptions } from '../../../../../lib/tools/twin/gateway';
import { buildPrograms } from '../../../../../lib/tools/twin/programs';
import { eventually, gone, processesWith } from '../../../../support/processes';

jest.setTimeout(30_000);

const HANDLER = `
let busy = 0;
export const handler = async ({ kind, ms = 0 }) => {
  if (kind === 'crash') process.exit(3);
  if (kind === 'throw') throw new Error('as asked');
  if (kind === 'hang') while (true) {}
  if (kind === 'environment') return { ...process.env };
  busy += 1;
  const together = busy;
  await new Promise((resolve) => setTimeout(resolve, ms));
  busy -= 1;
  return { pid: process.pid, together };
};`;

let directory: string;
let program: string;
const pools: FunctionPool[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-pool-'));
  writeFileSync(join(directory, 'index.mjs'), HANDLER);
  program = (await buildPrograms(directory)).instance;
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  expect(await gone(directory)).toEqual([]);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function warmPool(
  changes: Partial<FunctionConfig> = {},
  options: Partial<PoolOptions> = {},
): Promise<FunctionPool> {
  const pool = new FunctionPool(
    {
      ...{ name: 'f', directory, handler: 'index.handler', environment: { A: 'b' } },
      ...{ memoryMiB: 128, timeoutSeconds: 5, ...changes },
    },
    { program, log: join(directory, 'log'), ...options },
  );
  pools.push(pool);
  await pool.warm();
  return pool;
}

const valueOf = async (outcome: ReturnType<FunctionPool['invoke']>) => {
  const it = await outcome;
  if (it.kind === 'failed') throw new Error(it.reason);
  return it.value as { readonly pid: number; readonly together: number };
};

describe('instances of a function', () => {
  test('are kept and used again', async () => {
    const pool = await warmPool();
    const first = await valueOf(pool.invoke({}));
    const second = await valueOf(pool.invoke({}));
    expect(second.pid).toBe(first.pid);
    expect(pool.size).toBe(1);
  });

  test('take one request at a time, are started on demand, and never exceed their limit', async () => {
    const pool = await warmPool({}, { limit: 3 });
    const values = await Promise.all(
      Array.from({ length: 9 }, () => valueOf(pool.invoke({ ms: 60 }))),
    );
    expect(Math.max(...values.map(({ together }) => together))).toBe(1);
    expect(new Set(values.map(({ pid }) => pid)).size).toBe(3);
    expect(pool.size).toBe(3);
  });

  test('end when idle, down to one', async () => {
    const pool = await warmPool({}, { idleMs: 200 });
    await Promise.all(Array.from({ length: 3 }, () => pool.invoke({ ms: 60 })));
    expect(
      await eventually(
        () => pool.size,
        (size) => size === 1,
      ),
    ).toBe(1);
    expect((await valueOf(pool.invoke({}))).together).toBe(1);
  });

  test('are replaced when they crash, and only that request fails', async () => {
    const pool = await warmPool();
    expect(await pool.invoke({ kind: 'crash' })).toMatchObject({ kind: 'failed' });
    expect((await valueOf(pool.invoke({}))).together).toBe(1);
  });

  test('are ended when they take longer than the function may', async () => {
    const pool = await warmPool({ timeoutSeconds: 0.3 });
    const started = Date.now();
    expect(await pool.invoke({ kind: 'hang' })).toMatchObject({ kind: 'failed' });
    expect(Date.now() - started).toBeLessThan(2_000);
    expect((await valueOf(pool.invoke({}))).together).toBe(1);
  });

  test('survive an error that the handler throws', async () => {
    const pool = await warmPool();
    const { pid } = await valueOf(pool.invoke({}));
    expect(await pool.invoke({ kind: 'throw' })).toEqual({ kind: 'failed', reason: 'as asked' });
    expect((await valueOf(pool.invoke({}))).pid).toBe(pid);
  });

  test('see the function’s environment and nothing else', async () => {
    const pool = await warmPool();
    const value = await valueOf(pool.invoke({ kind: 'environment' }));
    const names = Object.keys(value).filter((name) => !name.startsWith('NODE_CHANNEL_'));
    expect(names).toEqual(['A']);
  });

  test('refuse requests beyond the queue instead of piling them up', async () => {
    const pool = await warmPool({}, { limit: 1, queueLimit: 2 });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => pool.invoke({ ms: 30 })));
    expect(outcomes.filter(({ kind }) => kind === 'failed')).toHaveLength(3);
  });

  test('are no more than the function may have: who comes then is refused at once', async () => {
    const pool = await warmPool({ concurrency: 1 });
    const busy = pool.invoke({ ms: 300 });
    const second = await pool.invoke({});
    expect(second).toEqual({ kind: 'failed', reason: 'throttled: 1 requests at a time' });
    await valueOf(busy);
    expect((await valueOf(pool.invoke({}))).together).toBe(1);
  });

  test('are not spent on requests for whose answer nobody waits any more', async () => {
    const pool = await warmPool({}, { limit: 1 });
    const first = pool.invoke({ ms: 50 });
    const gone = pool.invoke({ ms: 5_000 }, () => true);
    const last = pool.invoke({ ms: 1 });
    expect(await gone).toMatchObject({ kind: 'failed' });
    expect([await first, await last].map(({ kind }) => kind)).toEqual(['result', 'result']);
  });

  test('all end when the pool is closed, busy or not', async () => {
    const pool = await warmPool();
    const hanging = pool.invoke({ kind: 'hang' });
    await pool.close();
    expect(await hanging).toMatchObject({ kind: 'failed' });
    expect(processesWith(directory)).toEqual([]);
  });

  test('are not started where the handler cannot be loaded, and it is said why', async () => {
    await expect(warmPool({ handler: 'index.missing' })).rejects.toThrow(
      /index\.missing is not exported/,
    );
  });

  test('get a new version at once, the busy ones when they are done', async () => {
    const pool = await warmPool();
    const next = join(directory, 'next');
    mkdirSync(next);
    writeFileSync(join(next, 'index.mjs'), `export const handler = async () => ({ pid: 'next' });`);
    const busy = pool.invoke({ ms: 200 });
    pool.deploy({ directory: next });
    expect((await valueOf(pool.invoke({}))).pid).toBe('next');
    expect((await valueOf(busy)).pid).not.toBe('next');
    expect((await valueOf(pool.invoke({}))).pid).toBe('next');
    expect(pool.version).toEqual({ directory: next });
  });
});
