import { CacheAside, type CacheEntry } from '../../../lambda/platform/cache-aside';
import { Changes } from '../../../lambda/platform/changes';
import { Near } from '../../../lambda/platform/near';
import { ValkeyCache } from '../../../lambda/platform/valkey';
import { type RunningCache, startStandInCache } from '../support/cache';

let cache: RunningCache;
const opened: ValkeyCache[] = [];

beforeAll(async () => {
  cache = await startStandInCache();
});

afterAll(async () => {
  for (const one of opened) one.close();
  await cache.stop();
});

/** A server, as far as the cache can tell; how often it asks for something but what has changed. */
function startServer() {
  const store = new ValkeyCache(cache.endpoint);
  opened.push(store);
  const changes = new Changes(store);
  const aside = new CacheAside(store, Date.now, () => 0.5, new Near(changes));
  const asked = { times: 0 };
  const getAll = store.getAll.bind(store);
  jest.spyOn(store, 'getAll').mockImplementation((keys) => {
    if (keys.some((key) => key.includes('hot'))) asked.times += 1;
    return getAll(keys);
  });
  /** As a write makes something void, up to its answer. */
  const write = async (scope: string) => {
    expect(await aside.invalidate([scope])).toBe(true);
    expect(await changes.note()).toBe(true);
    await changes.settled(performance.now());
  };
  return { aside, changes, asked, write };
}

const entryOf = (scope: string, near = true): CacheEntry => ({
  ...{ scope, name: 'body', ttlMs: 60_000, negativeTtlMs: 1_000, near },
});

/** What stands in a database. */
const truth = { text: 'first' };
const load = () => Promise.resolve(truth.text);

test('a hot entry is asked for by each server a few times, however often it is read', async () => {
  const servers = [startServer(), startServer()];
  for (const { aside, asked } of servers) {
    for (let n = 0; n < 1_000; n += 1)
      expect((await aside.read(entryOf('hot 1'), load)).text).toBe('first');
    // Up to the number that makes it hot, and once where a look has run out meanwhile.
    expect(asked.times).toBeLessThan(300);
  }
});

test('whoever reads after the answer to a write, at any server, reads what was written', async () => {
  const [one, other, writer] = [startServer(), startServer(), startServer()];
  const read = async ({ aside }: typeof one) => (await aside.read(entryOf('hot 2'), load)).text;
  for (let round = 0; round < 30; round += 1) {
    truth.text = `round ${round}`;
    await writer.write('hot 2');
    for (let n = 0; n < 30; n += 1)
      expect([await read(one), await read(other)]).toEqual([truth.text, truth.text]);
  }
}, 20_000);

test('the server that writes reads its own write before it is answered', async () => {
  const { aside, changes } = startServer();
  const read = async () => (await aside.read(entryOf('hot 3'), load)).text;
  for (let round = 0; round < 20; round += 1) {
    for (let n = 0; n < 20; n += 1) await read();
    truth.text = `own ${round}`;
    await aside.invalidate(['hot 3']);
    await changes.note();
    expect(await read()).toBe(truth.text);
  }
});

test('many at once are had from copies, too, and those that are missing are asked for', async () => {
  const server = startServer();
  const readAll = (ids: readonly string[]) =>
    server.aside.readAll(
      ids,
      (id) => entryOf(`hot of ${id}`),
      (missing) => Promise.resolve(new Map(missing.map((id) => [id, `${id} ${truth.text}`]))),
    );
  truth.text = 'many';
  for (let n = 0; n < 500; n += 1) await readAll(['a', 'b']);
  expect(server.asked.times).toBeLessThan(250);
  expect(Object.fromEntries(await readAll(['a', 'b', 'c']))).toEqual({
    ...{ a: 'a many', b: 'b many', c: 'c many' },
  });
  truth.text = 'later';
  await server.write('hot of b');
  expect(Object.fromEntries(await readAll(['a', 'b']))).toEqual({ a: 'a many', b: 'b later' });
});

test('of what is made void without a word to `changes`, as sessions are, no copy is kept', async () => {
  const { aside, asked } = startServer();
  for (let n = 0; n < 100; n += 1) await aside.read(entryOf('hot session', false), load);
  expect(asked.times).toBe(100);
});
