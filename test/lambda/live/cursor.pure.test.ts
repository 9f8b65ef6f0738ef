import { encodeCursor, isAfter, parseCursor } from '../../../lambda/live/cursor';

test('a cursor carries the position of every shard', () => {
  const positions = new Map([
    ['s0', '7183000000000000'],
    ['s-1', '9'],
  ]);
  expect(parseCursor(encodeCursor(positions))).toEqual(positions);
  expect(parseCursor('')).toBeUndefined();
  expect(parseCursor(undefined)).toBeUndefined();
});

test.each(['s0', 's0:', 's0:x', 's0:1,', 's0:-1', '{}:1', 's0:99999999999999999999', "';--:1"])(
  '%p is no cursor',
  (text) => {
    expect(() => parseCursor(text)).toThrow('is not one of this service');
  },
);

test('positions are compared as numbers', () => {
  expect([isAfter('10', '9'), isAfter('9', '10'), isAfter('9', '9')]).toEqual([true, false, false]);
});
