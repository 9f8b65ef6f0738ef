import { jsonLog } from '../../../lambda/platform/log';

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
