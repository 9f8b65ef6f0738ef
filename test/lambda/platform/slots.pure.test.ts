import { slotOf } from '../../../lambda/platform/slots';

// The first is the check value of CRC-16/XMODEM (0x31C3), the others are the specification's own examples.
it.each([
  ['123456789', 12_739],
  ['foo', 12_182],
  ['foo{}{bar}', 8_363],
  ['', 0],
])('finds the slot of %j', (key, slot) => {
  expect(slotOf(key)).toBe(slot);
});

it('hashes what stands in the first pair of braces, where that is something', () => {
  expect(slotOf('{user1000}.following')).toBe(slotOf('user1000'));
  expect(slotOf('foo{bar}{zap}')).toBe(slotOf('bar'));
  expect(slotOf('foo{{bar}}zap')).toBe(slotOf('{bar'));
});
