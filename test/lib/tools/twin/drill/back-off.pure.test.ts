import { BackOff } from '../../../../../lib/tools/twin/drill/private/back-off';
import type { Outcome } from '../../../../../lib/tools/twin/drill/private/client';

const refused = (error: string, retryAfter: string): Outcome => ({
  kind: 'answer',
  status: 503,
  headers: { 'retry-after': retryAfter },
  body: JSON.stringify({ errors: { [error]: ['said so'] } }),
});
const waits = (outcome: Outcome, times: number, insistent = false): readonly number[] => {
  const backOff = new BackOff(insistent);
  return Array.from({ length: times }, () => backOff.after(outcome));
};

test('a client that finds nobody waits twice as long each time, up to a second', () => {
  const expected = [100, 200, 400, 800, 1000, 1000];
  expect(waits({ kind: 'connection' }, 6)).toEqual(expected);
  expect(waits({ kind: 'timeout' }, 6)).toEqual(expected);
});

test('a fence, whose end nobody knows, is asked again as soon as a lost connection', () => {
  expect(waits(refused('fenced', '2'), 3)).toEqual([100, 200, 400]);
});

test('who has enough to do is left alone for as long as it asks, and longer each time', () => {
  expect(waits(refused('overload', '1'), 6)).toEqual([1000, 2000, 4000, 8000, 8000, 8000]);
});

test('a client that insists comes again after what is asked, however often it was refused', () => {
  expect(waits(refused('overload', '1'), 4, true)).toEqual([1000, 1000, 1000, 1000]);
});
