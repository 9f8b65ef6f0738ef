import { identify, isAlive, parseStartTime, signal } from '../../../../../lib/tools/twin/processes';

const stat = (name: string, state: string, startTime: string) =>
  `42 (${name}) ${[state, ...Array.from({ length: 18 }, (_, at) => at), startTime, 0, 0].join(' ')}`;

describe('process identity', () => {
  test('reads the start time behind a name with blanks and brackets', () => {
    expect(parseStartTime(stat('a (b) c', 'S', '8765'))).toBe(8765);
  });

  test('takes a zombie for a process that has ended', () => {
    expect(parseStartTime(stat('node', 'Z', '8765'))).toBeUndefined();
  });

  test('knows this process again', () => {
    const self = identify(process.pid);
    expect(self && isAlive(self)).toBe(true);
  });

  test('never signals a process that only has the same number', () => {
    const other = { pid: process.pid, startTime: 1 };
    expect(isAlive(other)).toBe(false);
    expect(signal(other, 'SIGKILL')).toBe(false);
  });
});
