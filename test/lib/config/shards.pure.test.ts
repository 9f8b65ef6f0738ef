import fc from 'fast-check';
import { LOGICAL_SHARDS, equalSplit } from '../../../lib/config';

it('splits into contiguous ranges that cover every logical shard, equal to within one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: LOGICAL_SHARDS }), (count) => {
      const spans = equalSplit(count);
      expect(spans).toHaveLength(count);
      expect(spans[0]?.[0]).toBe(0);
      expect(spans.at(-1)?.[1]).toBe(LOGICAL_SHARDS - 1);
      const sizes = spans.map(([first, last]) => last - first + 1);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      spans.slice(1).forEach(([first], index) => {
        expect(first).toBe((spans[index]?.[1] ?? NaN) + 1);
      });
    }),
  );
});

it.each([0, -1, 1.5, 1025, NaN])('refuses %d shards', (count) => {
  expect(() => equalSplit(count)).toThrow('`count` must be an integer of 1 to 1024');
});
