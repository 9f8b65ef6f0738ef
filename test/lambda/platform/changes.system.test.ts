import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Changes, changesKey, COPIES } from '../../../lambda/platform/changes';
import { slotOf, SLOTS } from '../../../lambda/platform/slots';
import { ValkeyCache } from '../../../lambda/platform/valkey';
import { RequestParser } from '../../../lib/tools/twin/cache/stand-in';
import { type RunningCache, startStandInCache } from '../support/cache';

const ADDRESS = '127.0.0.1';

let cache: RunningCache;
const opened: ValkeyCache[] = [];
const connect = (): ValkeyCache => {
  const one = new ValkeyCache(cache.endpoint);
  opened.push(one);
  return one;
};

beforeAll(async () => {
  cache = await startStandInCache();
});

afterAll(async () => {
  for (const one of opened) one.close();
  await cache.stop();
});

test('what one process notes, every other sees in whatever copy it reads', async () => {
  const writer = new Changes(connect());
  const readers = Array.from({ length: COPIES }, (_, copy) => new Changes(connect(), copy));
  const all = () => Promise.all(readers.map((reader) => reader.current()));
  const before = await all();
  expect(new Set(before).size).toBe(1);
  expect(await writer.note()).toBe(true);
  await writer.settled(performance.now());
  const after = await all();
  expect(new Set(after).size).toBe(1);
  expect(after[0]).not.toBe(before[0]);
});

test('who asks in one turn shares one look; who asks after a look has begun has another', async () => {
  const store = connect();
  const looks = jest.spyOn(store, 'getAll');
  const changes = new Changes(store, 0, 0);
  await Promise.all([changes.current(), changes.current(), changes.current()]);
  expect(looks).toHaveBeenCalledTimes(1);
  const early = changes.current();
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([early, changes.current()]);
  expect(looks).toHaveBeenCalledTimes(3);
});

test('whoever asks after a write has settled is told of it; until then, one look does for all', async () => {
  const [store, writer] = [connect(), new Changes(connect())];
  const looks = jest.spyOn(store, 'getAll');
  const reader = new Changes(store);
  let asked = 0;
  for (let round = 0; round < 20; round += 1) {
    const before = await reader.current();
    const began = performance.now();
    expect(await writer.note()).toBe(true);
    const settled = writer.settled(performance.now());
    const state = { settled: false };
    void settled.then(() => (state.settled = true));
    while (!state.settled) {
      await reader.current();
      asked += 1;
    }
    expect(performance.now() - began).toBeGreaterThanOrEqual(8);
    expect(await reader.current()).not.toBe(before);
  }
  expect(looks.mock.calls.length).toBeLessThan(asked / 2);
}, 20_000);

test('nobody can tell where the cache does not answer, and a write is told so', async () => {
  const gone = await startStandInCache();
  const store = new ValkeyCache(gone.endpoint);
  const changes = new Changes(store);
  expect(await changes.current()).toBeDefined();
  await gone.stop();
  await changes.settled(performance.now());
  expect(await changes.current()).toBeUndefined();
  expect(await changes.note()).toBe(false);
  store.close();
});

/** Some nodes of a cluster that share the slots evenly and count what is read of each. */
async function startNodes(count: number) {
  const reads = Array.from({ length: count }, () => 0);
  const sockets = new Set<Socket>();
  const ends = Array.from({ length: count + 1 }, (_, n) => Math.floor((n * SLOTS) / count));
  const servers: Server[] = [];
  const ranges = () =>
    `*${count}\r\n${servers
      .map((server, n) => {
        const { port } = server.address() as AddressInfo;
        const place = `*2\r\n$9\r\n${ADDRESS}\r\n:${port}\r\n`;
        return `*3\r\n:${ends[n]}\r\n:${ends[n + 1]! - 1}\r\n${place}`;
      })
      .join('')}`;
  const answer = (n: number, [command = '', key = '']: readonly string[]): string => {
    if (command === 'CLUSTER') return ranges();
    const slot = slotOf(key);
    if (slot < ends[n]! || slot >= ends[n + 1]!) return '-ERR not here\r\n';
    if (command !== 'GET') return '+OK\r\n';
    reads[n]! += 1;
    return '$1\r\nx\r\n';
  };
  for (let n = 0; n < count; n += 1) {
    const server = createServer((socket) => {
      sockets.add(socket);
      const parser = new RequestParser();
      socket.on('error', () => undefined);
      socket.on('data', (piece: Buffer) => {
        parser.feed(piece);
        for (let words = parser.next(); words !== undefined; words = parser.next())
          socket.write(answer(n, words.map(String)));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, ADDRESS, resolve));
    servers.push(server);
  }
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
  };
  return { reads, port: (servers[0]!.address() as AddressInfo).port, close };
}

test('the key that every server reads all the time is read from several shards of the cache', async () => {
  const nodes = await startNodes(3);
  const store = new ValkeyCache({ host: ADDRESS, port: nodes.port, tls: false, cluster: true });
  const servers = Array.from({ length: COPIES }, (_, copy) => new Changes(store, copy, 0));
  for (let round = 0; round < 10; round += 1)
    await Promise.all(servers.map((server) => server.current()));
  const all = 10 * COPIES;
  expect(nodes.reads.reduce((sum, reads) => sum + reads, 0)).toBe(all);
  // No shard bears more than twice its part.
  expect(Math.max(...nodes.reads)).toBeLessThanOrEqual((2 * all) / nodes.reads.length);
  expect(Math.min(...nodes.reads)).toBeGreaterThan(0);
  store.close();
  await nodes.close();
});

test('the copies stand in as many slots, spread over clusters of every usual size', () => {
  const slots = Array.from({ length: COPIES }, (_, copy) => slotOf(changesKey(copy)));
  expect(new Set(slots).size).toBe(COPIES);
  for (const shards of [2, 3, 4]) {
    const used = new Set(slots.map((slot) => Math.floor((slot * shards) / SLOTS)));
    expect(used.size).toBe(shards);
  }
});
