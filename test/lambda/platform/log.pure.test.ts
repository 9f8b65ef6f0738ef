import { jsonLog } from '../../../lambda/platform/log';

test('fields are optional, and what is undefined is left out', () => {
  const lines: string[] = [];
  const log = jsonLog({}, (line) => lines.push(line));
  log('info', 'said "so"');
  log('info', 'request', { status: 200, forwardedBy: undefined });
  const time = expect.any(String) as string;
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    { time, level: 'info', message: 'said "so"' },
    { time, level: 'info', message: 'request', status: 200 },
  ]);
});

test('a line is one JSON object, errors with their stack', () => {
  const lines: string[] = [];
  const log = jsonLog({ region: 'eu-central-1' }, (line) => lines.push(line));
  log('error', 'failed', { error: new Error('why\nso') });
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('\n');
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'error',
    message: 'failed',
    region: 'eu-central-1',
    error: { name: 'Error', message: 'why\nso', stack: expect.any(String) as string },
  });
});
