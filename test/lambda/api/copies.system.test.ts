import { Copies } from '../../../lambda/api/copies';
import { Changes } from '../../../lambda/platform/changes';
import { ValkeyCache } from '../../../lambda/platform/valkey';
import { type RunningCache, startStandInCache } from '../support/cache';

const HEADERS = { 'x-meridian-cache': 'miss' };

let cache: RunningCache;
let store: ValkeyCache;
let changes: Changes;
const clock = { ms: 0 };
const copiesOf = (mostBytes?: number) => new Copies(changes, mostBytes, () => clock.ms);

beforeAll(async () => {
  cache = await startStandInCache();
  store = new ValkeyCache(cache.endpoint);
  changes = new Changes(store);
});

afterAll(async () => {
  store.close();
  await cache.stop();
});

async function kept(copies: Copies, url: string, text: string, headers = {}): Promise<void> {
  const looked = await copies.look(url);
  copies.keep(url, looked!.changes, { ...HEADERS, ...headers }, text);
}

const textOf = async (copies: Copies, url: string) => {
  const body = (await copies.look(url))?.copy?.body;
  return body === undefined ? undefined : Buffer.from(body, 'latin1').toString();
};

test('a copy counts for a second, and until something is written anywhere in the Region', async () => {
  const copies = copiesOf();
  await kept(copies, '/a', '{"ünï":"✓"}');
  expect(await textOf(copies, '/a')).toBe('{"ünï":"✓"}');
  clock.ms += 1_000;
  expect(await textOf(copies, '/a')).toBeUndefined();
  await kept(copies, '/a', 'second');
  expect(await textOf(copies, '/a')).toBe('second');
  const other = new ValkeyCache(cache.endpoint);
  await new Changes(other).note();
  await changes.settled(performance.now());
  other.close();
  expect(await textOf(copies, '/a')).toBeUndefined();
  expect(copies.size).toBe(0);
});

test('what was made while something was written is not used', async () => {
  const copies = copiesOf();
  const looked = await copies.look('/a');
  await changes.note();
  await changes.settled(performance.now());
  copies.keep('/a', looked!.changes, { ...HEADERS }, 'made before');
  expect(await textOf(copies, '/a')).toBeUndefined();
});

test.each([
  ['during an outage', { 'x-meridian-cache': 'stale', 'x-meridian-age': '4' }],
  ['of something old', { 'x-meridian-age': '1' }],
  ['past the shared cache', { 'x-meridian-cache': 'down' }],
  ['of what is not cached', { 'x-meridian-cache': '' }],
])('what is answered %s is not kept', async (_, headers) => {
  const copies = copiesOf();
  await kept(copies, '/a', 'text', headers);
  expect(copies.size).toBe(0);
});

test('takes no more memory than it may: what was made longest ago goes first', async () => {
  const copies = copiesOf(1_000);
  for (let n = 0; n < 50; n += 1) await kept(copies, `/${n}`, 'x'.repeat(97));
  expect(copies.size).toBeLessThanOrEqual(10);
  expect(await textOf(copies, '/49')).toBeDefined();
  expect(await textOf(copies, '/0')).toBeUndefined();
});

test('one makes it, the others wait for what is kept; a failure is only the maker’s', async () => {
  const copies = copiesOf();
  let made = 0;
  const get = async () => {
    const looked = await copies.look('/a');
    if (looked?.copy !== undefined) return 'copy';
    return await copies.one('/a', async () => {
      made += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      copies.keep('/a', looked!.changes, { ...HEADERS }, 'text');
      return 'made';
    });
  };
  const first = get();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await Promise.all([first, get(), get()])).toEqual(['made', 'copy', 'copy']);
  expect(made).toBe(1);
  await expect(copies.one('/b', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await textOf(copies, '/b')).toBeUndefined();
});

test('nothing is kept and nothing found while the shared cache does not answer', async () => {
  const gone = await startStandInCache();
  const other = new ValkeyCache(gone.endpoint);
  const copies = new Copies(new Changes(other));
  await kept(copies, '/a', 'text');
  await gone.stop();
  await changes.settled(performance.now());
  expect(await copies.look('/a')).toBeUndefined();
  other.close();
});
