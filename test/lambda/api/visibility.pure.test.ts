import { waitUntilVisible } from '../../../lambda/api/visibility';

test('the answer waits until the write can be read', async () => {
  let looks = 0;
  const freshness = await waitUntilVisible(() => Promise.resolve(++looks === 3), 1_000);
  expect([freshness, looks]).toEqual(['visible', 3]);
});

test('a reader that fails is looked at again', async () => {
  let looks = 0;
  const read = () => (++looks < 2 ? Promise.reject(new Error('down')) : Promise.resolve(true));
  expect(await waitUntilVisible(read, 1_000)).toBe('visible');
});

test.each([
  ['never shows it', () => Promise.resolve(false)],
  ['never answers', () => new Promise<boolean>(() => undefined)],
])('a reader that %s is not waited for beyond the bound', async (_case, read) => {
  const started = Date.now();
  expect(await waitUntilVisible(read, 50)).toBe('pending');
  expect(Date.now() - started).toBeLessThan(1_000);
});
