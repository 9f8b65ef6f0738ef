import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { NO_CACHE } from '../../../lambda/platform/cache';
import { CacheAside, type CacheEntry, type NoteAge } from '../../../lambda/platform/cache-aside';
import { unavailable } from '../../../lambda/platform/errors';
import { ValkeyCache } from '../../../lambda/platform/valkey';
import { ENGINES, type RunningCache, startStandInCache } from '../support/cache';

const opened: CacheAside[] = [];
let serial = 0;

/** A process of its own, as far as the cache can tell: a connection, flights and a clock. */
function processOf(
  cache: RunningCache,
  now: () => number = Date.now,
  random: () => number = () => 0.5,
): CacheAside {
  const aside = new CacheAside(new ValkeyCache(cache.endpoint), now, random);
  opened.push(aside);
  return aside;
}

function entry(changes: Partial<CacheEntry> = {}): CacheEntry {
  serial += 1;
  const scope = `thing ${serial} {ü}`;
  return { scope, name: '0:20', ttlMs: 2_000, negativeTtlMs: 1_000, ...changes };
}

/** Counts its calls; each gives another text. */
function source(delayMs = 0, texts: (call: number) => string | undefined = (n) => `text\n${n} ☃`) {
  const count = { loads: 0 };
  const load = async () => {
    count.loads += 1;
    const text = texts(count.loads);
    if (delayMs > 0) await pause(delayMs);
    return text;
  };
  return { count, load };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => {
  for (const aside of opened.splice(0)) aside.close();
});

describe.each(ENGINES)('with %s', (_name, start) => {
  let cache: RunningCache;
  beforeAll(async () => {
    cache = await start();
  }, 30_000);
  afterAll(() => cache.stop());

  test('what was loaded is served to every process', async () => {
    const [one, other] = [processOf(cache), processOf(cache)];
    const at = entry();
    const { load, count } = source();
    expect(await one.read(at, load)).toEqual({ text: 'text\n1 ☃', outcome: 'miss' });
    expect(await one.read(at, load)).toEqual({ text: 'text\n1 ☃', outcome: 'hit' });
    expect(await other.read(at, load)).toEqual({ text: 'text\n1 ☃', outcome: 'hit' });
    expect(count.loads).toBe(1);
  });

  test('that there is nothing is remembered for its own time, or not at all', async () => {
    const clock = { now: Date.now() };
    const one = processOf(cache, () => clock.now);
    const { load, count } = source(0, () => undefined);
    const at = entry();
    expect((await one.read(at, load)).outcome).toBe('miss');
    expect(await one.read(at, load)).toEqual({ text: undefined, outcome: 'hit' });
    clock.now += 1_000;
    expect((await one.read(at, load)).outcome).toBe('miss');
    const never = entry({ negativeTtlMs: 0 });
    for (const loads of [3, 4]) {
      expect((await one.read(never, load)).outcome).toBe('miss');
      expect(count.loads).toBe(loads);
    }
  });

  test('a hundred misses at once are one load for a process', async () => {
    const one = processOf(cache);
    const { load, count } = source(50);
    const at = entry();
    const answers = await Promise.all(Array.from({ length: 100 }, () => one.read(at, load)));
    expect(count.loads).toBe(1);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('two processes that miss at once share one load', async () => {
    const processes = [processOf(cache), processOf(cache)];
    const { load, count } = source(60);
    const at = entry();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) => processes[n % 2]!.read(at, load)),
    );
    expect(count.loads).toBe(1);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  });

  test('who waits for another process does not wait for ever', async () => {
    const [one, other] = [processOf(cache), processOf(cache)];
    const at = entry();
    const slow = one.read(at, source(800).load);
    await pause(50);
    const started = Date.now();
    expect((await other.read(at, source().load)).outcome).toBe('miss');
    expect(Date.now() - started).toBeLessThan(500);
    await slow;
  });

  test('an invalidation reaches every process, and all entries of the scope', async () => {
    const [one, other] = [processOf(cache), processOf(cache)];
    const at = entry();
    const second = { ...at, name: '20:20' };
    const { load } = source();
    await one.read(at, load);
    await one.read(second, load);
    expect(await other.invalidate([at.scope])).toBe(true);
    expect(await one.read(at, load)).toEqual({ text: 'text\n3 ☃', outcome: 'miss' });
    expect((await one.read(second, load)).outcome).toBe('miss');
    expect((await other.read(at, load)).outcome).toBe('hit');
  });

  test('a load that an invalidation overtook is not served to who comes after it', async () => {
    const [one, other] = [processOf(cache), processOf(cache)];
    const at = entry();
    const stale = source(200, () => 'before');
    const fresh = source(0, () => 'after');
    const overtaken = one.read(at, stale.load);
    await pause(50);
    await other.invalidate([at.scope]);
    // Not by joining the load that is under way in the same process,
    expect((await one.read(at, fresh.load)).text).toBe('after');
    // and not from what that one leaves behind.
    expect((await overtaken).text).toBe('before');
    for (const each of [one, other]) expect((await each.read(at, fresh.load)).text).toBe('after');
  });

  test('near its end, one reader refreshes an entry and the others are served the old one', async () => {
    const clock = { now: Date.now() };
    // The likelier, the smaller: what is left of the entry over the time that the load takes.
    const eager = Array.from({ length: 20 }, () =>
      processOf(
        cache,
        () => clock.now,
        () => 0.999,
      ),
    );
    const at = entry();
    const { load, count } = source(100);
    await eager[0]!.read(at, load);
    clock.now += 1_500;
    const answers = await Promise.all(eager.map((each) => each.read(at, load)));
    expect(count.loads).toBe(2);
    const fresh = answers.filter(({ outcome }) => outcome === 'miss');
    expect(fresh).toEqual([{ text: 'text\n2 ☃', outcome: 'miss' }]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(2);
  });

  test('a load that took longer than the entry may live is not stored', async () => {
    const one = processOf(cache);
    const at = entry({ ttlMs: 100 });
    const { load, count } = source(150);
    await one.read(at, load);
    expect((await one.read(at, load)).outcome).toBe('miss');
    expect(count.loads).toBe(2);
  });

  test('what fails to load is nobody’s answer, and the next one tries again', async () => {
    const one = processOf(cache);
    const at = entry();
    const failing = () => Promise.reject(new Error('no database'));
    await expect(one.read(at, failing)).rejects.toThrow('no database');
    const started = Date.now();
    expect((await one.read(at, source().load)).outcome).toBe('miss');
    expect(Date.now() - started).toBeLessThan(150);
  });

  test.each(['alone', 'among many'])(
    'in an outage what was known is shown, read %s, with its age and for its time; after a defect it is not',
    async (how) => {
      const clock = { now: Date.now() };
      const aside = processOf(cache, () => clock.now);
      const at = entry({ staleMs: 10_000 });
      const ages: number[] = [];
      const note = (ageMs: number) => ages.push(ageMs);
      const read = async (load: () => Promise<string | undefined>, noteAge?: NoteAge) => {
        if (how === 'alone') return (await aside.read(at, load, noteAge)).text;
        const loaded = async () => new Map([['it', (await load()) ?? '']]);
        return (await aside.readAll(['it'], () => at, loaded, noteAge)).get('it');
      };
      const outage = unavailable('database', 'is away');
      const failing = (error: Error) => () => Promise.reject(error);
      expect(await read(source().load)).toBe('text\n1 ☃');
      clock.now += 3_000;
      await aside.invalidate([at.scope]);
      expect(await read(failing(outage), note)).toBe('text\n1 ☃');
      expect(ages).toHaveLength(1);
      expect(ages[0]).toBeGreaterThanOrEqual(3_000);
      expect(ages[0]).toBeLessThanOrEqual(3_300);
      await expect(read(failing(outage))).rejects.toBe(outage);
      await expect(read(failing(new Error('a defect')), note)).rejects.toThrow('a defect');
      clock.now += 10_000;
      await expect(read(failing(outage), note)).rejects.toBe(outage);
      expect(ages).toHaveLength(1);
    },
  );

  test('what is stored on the way in is there for the first reader', async () => {
    const one = processOf(cache);
    const at = entry();
    await one.store(at, 'made');
    expect(await one.read(at, source().load)).toEqual({ text: 'made', outcome: 'hit' });
  });
});

describe('when the cache is gone', () => {
  /** Accepts connections and answers nothing. */
  async function startBlackHole(): Promise<{ cache: RunningCache; server: Server }> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stop = async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
    return { server, cache: { endpoint: { host: '127.0.0.1', port, tls: false }, stop } };
  }

  test('none is configured: every read loads, every invalidation is done', async () => {
    const aside = new CacheAside(NO_CACHE);
    const { load, count } = source();
    const at = entry();
    expect((await aside.read(at, load)).outcome).toBe('off');
    expect((await aside.read(at, load)).outcome).toBe('off');
    expect(count.loads).toBe(2);
    await aside.store(at, 'x');
    expect(await aside.invalidate([at.scope])).toBe(true);
  });

  test('it does not answer: one reader waits a moment, those after it not at all', async () => {
    const { cache } = await startBlackHole();
    const one = processOf(cache);
    const { load, count } = source();
    let started = performance.now();
    expect(await one.read(entry(), load)).toEqual({ text: 'text\n1 ☃', outcome: 'down' });
    // Connecting takes no time here; the command has a tenth of a second.
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(one.state).toBe('down');
    started = performance.now();
    for (let n = 0; n < 100; n += 1) expect((await one.read(entry(), load)).outcome).toBe('down');
    // Each that waited would take a tenth of a second: ten in all.
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(count.loads).toBe(101);
    expect(await one.invalidate(['any'])).toBe(false);
    await cache.stop();
  });

  test('it answers while a computation holds this process up: that is no silence of its', async () => {
    const running = await startStandInCache();
    const store = new ValkeyCache(running.endpoint);
    try {
      await store.set('key', 'value', 10_000);
      const asked = store.getAll(['key']);
      // Until it has been sent.
      await new Promise((resolve) => {
        process.nextTick(resolve);
      });
      const until = performance.now() + 400;
      // Longer than any command may take.
      while (performance.now() < until) Math.sqrt(until);
      expect(await asked).toEqual(['value']);
      expect(store.state).toBe('ok');
    } finally {
      store.close();
      await running.stop();
    }
  });

  test('it ends and comes back: reads go on, and use it again after a pause', async () => {
    const first = await startStandInCache();
    const one = processOf(first);
    const at = entry({ ttlMs: 60_000 });
    const { load } = source();
    await one.read(at, load);
    expect((await one.read(at, load)).outcome).toBe('hit');
    await first.stop();
    expect((await one.read(at, load)).outcome).toBe('down');
    const second = await startStandInCache(first.endpoint.port);
    // The first pause is at most 1.25 s.
    await pause(1_300);
    expect((await one.read(at, load)).outcome).toBe('miss');
    expect((await one.read(at, load)).outcome).toBe('hit');
    expect(one.state).toBe('ok');
    await second.stop();
  });

  test('a connection lost while idle is replaced without an answer being the worse for it', async () => {
    const first = await startStandInCache();
    const one = processOf(first);
    const at = entry();
    await one.read(at, source().load);
    await first.stop();
    const second = await startStandInCache(first.endpoint.port);
    await pause(50);
    expect((await one.read(at, source().load)).outcome).toBe('miss');
    await second.stop();
  });
});
