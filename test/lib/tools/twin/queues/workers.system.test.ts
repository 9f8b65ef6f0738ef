import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildPrograms } from '../../../../../lib/tools/twin/programs';
import { Workers } from '../../../../../lib/tools/twin/queues';
import { eventually, gone } from '../../../../support/processes';

const HANDLER = `
import { appendFileSync } from 'node:fs';
export const handler = async (input) => appendFileSync(process.env.HEARD, JSON.stringify(input) + '\\n');`;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-workers-'));
});
afterAll(async () => {
  expect(await gone(directory)).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});

/** What a function heard that is called at these times, of a calendar that runs sixty times as fast. */
async function heardAt(
  expression: string,
  name: string,
  enough: number,
): Promise<readonly string[]> {
  const heard = join(directory, name);
  writeFileSync(heard, '');
  writeFileSync(join(directory, 'index.mjs'), HANDLER);
  const { instance } = await buildPrograms(directory);
  const workers = new Workers({
    ...{ region: 'eu-central-1', account: '123456789012', address: '127.0.0.1', port: 1 },
    ...{ queues: [], peers: {}, directory, instance },
    work: [
      {
        of: {
          ...{ name: 'job', directory, handler: 'index.handler', memoryMiB: 128 },
          ...{ timeoutSeconds: 5, environment: { HEARD: heard } },
        },
        at: { expression, timeZone: 'UTC', timeScale: 60 },
        input: { job: 'hello' },
      },
    ],
  });
  const lines = () =>
    readFileSync(heard, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  workers.start();
  try {
    await eventually(
      () => lines().length,
      (length) => length >= enough,
      20_000,
    );
    // Whatever came a second time would have come by now.
    await sleep(1_500);
    return lines();
  } finally {
    await workers.close();
  }
}

test('a function is called each minute of a calendar that runs faster', async () => {
  const lines = await heardAt('cron(* * * * ? *)', 'minutes', 2);
  expect(lines.length).toBeGreaterThanOrEqual(2);
  expect(lines[0]).toBe('{"job":"hello"}');
}, 30_000);

test('a function that is due at one date is called then, once', async () => {
  const inAMinute = new Date(Date.now() + 60_000).toISOString().slice(0, 19);
  expect(await heardAt(`at(${inAMinute})`, 'once', 1)).toEqual(['{"job":"hello"}']);
}, 30_000);
