import fc from 'fast-check';
import {
  decodeId,
  encodeId,
  hashTo,
  idOfSlug,
  isId,
  logicalShardOf,
  slugOf,
} from '../../../lambda/platform/ids';

const anyId = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String);

test('every id survives its spelling', () => {
  fc.assert(fc.property(anyId, (id) => decodeId(encodeId(id)) === id));
});

test('spelled ids sort as the ids do', () => {
  fc.assert(
    fc.property(anyId, anyId, (left, right) => {
      expect(encodeId(left) < encodeId(right)).toBe(BigInt(left) < BigInt(right));
    }),
  );
});

test('the logical shard is read from its ten bits', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 41n - 1n }),
      fc.integer({ min: 0, max: 1023 }),
      fc.integer({ min: 0, max: 4095 }),
      (ms, shard, sequence) => {
        const id = (ms << 22n) | (BigInt(shard) << 12n) | BigInt(sequence);
        expect(logicalShardOf(id.toString())).toBe(shard);
      },
    ),
  );
});

test('every title gives a slug from which the id is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), anyId, (title, id) => {
      const slug = slugOf(title, id);
      expect(idOfSlug(slug)).toBe(id);
      expect(slug).toMatch(/^[\p{L}\p{N}-]+$/u);
      expect(slug.length).toBeLessThan(200);
    }),
  );
});

test.each([
  ['How to train your Dragon', 'how-to-train-your-dragon-0000000000001'],
  ['  Crème brûlée!  ', 'creme-brulee-0000000000001'],
  ['龍の育て方', '龍の育て方-0000000000001'],
  ['???', '0000000000001'],
])('%s becomes %s', (title, slug) => {
  expect(slugOf(title, '1')).toBe(slug);
});

test.each(['', 'x', 'no-id-here', '000000000000u', 'zzzzzzzzzzzzz', '00000000000001'])(
  '%p is no slug',
  (slug) => {
    expect(idOfSlug(slug)).toBeUndefined();
  },
);

test.each(['', '-1', '01', '1.5', '9223372036854775808'])('%p is no id', (text) => {
  expect(isId(text)).toBe(false);
});

test('hashing spreads names over all places', () => {
  const places = new Set(Array.from({ length: 2_000 }, (_, n) => hashTo(64, `user${n}`)));
  expect(places.size).toBe(64);
});
