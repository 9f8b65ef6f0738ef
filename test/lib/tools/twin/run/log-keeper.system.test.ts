import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogKeeper, logsOf } from '../../../../../lib/tools/twin/run/private/log-keeper';

let directory: string;
let keeper: LogKeeper;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-logs-'));
  keeper = new LogKeeper([directory], { mostBytes: 1_000, keptBytes: 100, everyMs: 3_600_000 });
});
afterEach(() => {
  keeper.close();
  rmSync(directory, { recursive: true, force: true });
});

test('of a log that has become too long the end stays, and who writes it goes on there', async () => {
  const path = join(directory, 'server.log');
  const log = openSync(path, 'a');
  writeSync(log, `${'x'.repeat(2_000)}the last line\n`);
  await keeper.look();
  writeSync(log, 'what came afterwards\n');
  closeSync(log);
  const kept = `${'x'.repeat(86)}the last line\n`;
  expect(readFileSync(path, 'utf8')).toBe(
    `[1914 bytes before this were cut]\n${kept}what came afterwards\n`,
  );
});

test('a log that is short enough stays as it is', async () => {
  const path = join(directory, 'server.log');
  appendFileSync(path, 'x'.repeat(1_000));
  await keeper.look();
  expect(readFileSync(path, 'utf8')).toBe('x'.repeat(1_000));
});

test('logs of databases are kept short too, and their data is left alone', async () => {
  const engines = join(directory, 'engines');
  mkdirSync(join(engines, 'writer', 'base'), { recursive: true });
  const [log, data] = [join(engines, 'writer.log'), join(engines, 'a-file')];
  for (const path of [log, data]) appendFileSync(path, 'x'.repeat(2_000));
  const limits = { mostBytes: 1_000, keptBytes: 100, everyMs: 3_600_000 };
  const all = new LogKeeper(logsOf({ directory, engines }), limits);
  await all.look();
  all.close();
  expect(readFileSync(log, 'utf8')).toBe(`[1900 bytes before this were cut]\n${'x'.repeat(100)}`);
  expect(readFileSync(data, 'utf8')).toHaveLength(2_000);
});
