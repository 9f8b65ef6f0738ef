import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('a function is called each minute of a calendar that runs faster', async () => {
  const heard = join(directory, 'heard');
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
        at: { cron: 'cron(* * * * ? *)', timeZone: 'UTC', timeScale: 60 },
        input: { job: 'hello' },
      },
    ],
  });
  workers.start();
  try {
    const lines = () =>
      readFileSync(heard, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
    await eventually(
      () => Promise.resolve(lines().length),
      (length) => length >= 2,
      20_000,
    );
    expect(lines()[0]).toBe('{"job":"hello"}');
  } finally {
    await workers.close();
  }
}, 30_000);
