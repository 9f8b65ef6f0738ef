import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { slotOf, SLOTS } from '../../../lambda/platform/slots';
import { ValkeyCache } from '../../../lambda/platform/valkey';
import { findServers, startCache } from '../../../lib/tools/twin/cache';
import { RequestParser } from '../../../lib/tools/twin/cache/stand-in';
import { choosePort } from '../../../lib/tools/twin/processes';
import { startStandInCache } from '../support/cache';

const ADDRESS = '127.0.0.1';
const KEYS = Array.from({ length: 40 }, (_, index) => `key ${index}`);

/** A node that holds some slots by Valkey's protocol, and says of the others who has them. */
class Node {
  public readonly values = new Map<string, string>();
  public moved = 0;
  public owns: (slot: number) => boolean = () => true;
  public slots: () => string = () => '*0\r\n';
  public other = '';
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => {
    this.sockets.add(socket);
    const parser = new RequestParser();
    socket.on('error', () => undefined);
    socket.on('data', (piece: Buffer) => {
      parser.feed(piece);
      for (let words = parser.next(); words !== undefined; words = parser.next())
        socket.write(this.answer(words.map(String)));
    });
  });

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, ADDRESS, resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer([command = '', key = '', value = '']: readonly string[]): string {
    if (command === 'CLUSTER') return this.slots();
    const slot = slotOf(key);
    if (!this.owns(slot)) {
      this.moved += 1;
      return `-MOVED ${slot} ${this.other}\r\n`;
    }
    if (command === 'SET') {
      this.values.set(key, value);
      return '+OK\r\n';
    }
    const found = this.values.get(key);
    return found === undefined ? '$-1\r\n' : `$${Buffer.byteLength(found)}\r\n${found}\r\n`;
  }
}

/** Two nodes, each of which knows where the other is. */
async function startTwo(): Promise<{ one: Node; two: Node; split: (at: number) => void }> {
  const [one, two] = [new Node(), new Node()];
  await Promise.all([one.listen(), two.listen()]);
  const range = (first: number, last: number, { port }: Node): string =>
    `*3\r\n:${first}\r\n:${last}\r\n*2\r\n$9\r\n${ADDRESS}\r\n:${port}\r\n`;
  const split = (at: number): void => {
    one.owns = (slot) => slot < at;
    two.owns = (slot) => slot >= at;
    one.slots = () => `*2\r\n${range(0, at - 1, one)}${range(at, SLOTS - 1, two)}`;
  };
  one.other = `${ADDRESS}:${two.port}`;
  two.other = `${ADDRESS}:${one.port}`;
  return { one, two, split };
}

/** Sets every key and reads them all at once. */
async function roundTrip(cache: ValkeyCache, by: string): Promise<void> {
  await Promise.all(KEYS.map((key) => cache.set(key, `${key} ${by}`, 60_000)));
  expect(await cache.getAll([...KEYS, 'none'])).toEqual([
    ...KEYS.map((key) => `${key} ${by}`),
    undefined,
  ]);
  expect(cache.state).toBe('ok');
}

test('each key goes to the node that has its slot, and follows it when slots move', async () => {
  const { one, two, split } = await startTwo();
  split(8_000);
  const cache = new ValkeyCache({ host: ADDRESS, port: one.port, tls: false, cluster: true });
  try {
    await roundTrip(cache, 'first');
    expect(one.moved + two.moved).toBe(0);
    expect(one.values.size).toBeGreaterThan(0);
    expect(two.values.size).toBe(KEYS.length - one.values.size);
    split(2_000);
    await roundTrip(cache, 'second');
    expect(one.moved).toBeGreaterThan(0);
    const { moved } = one;
    await roundTrip(cache, 'third');
    expect(one.moved).toBe(moved);
  } finally {
    cache.close();
    await Promise.all([one.close(), two.close()]);
  }
});

test('when a node is gone the cache is down, and is asked for anew after a pause', async () => {
  const { one, two, split } = await startTwo();
  split(8_000);
  const cache = new ValkeyCache({ host: ADDRESS, port: one.port, tls: false, cluster: true });
  try {
    await roundTrip(cache, 'first');
    await two.close();
    one.owns = () => true;
    one.slots = () => `*1\r\n*3\r\n:0\r\n:${SLOTS - 1}\r\n*2\r\n$-1\r\n:${one.port}\r\n`;
    // The connection that ended is noticed before the next command, or by it.
    await cache.getAll(KEYS).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    // One attempt is let through, and the others after it.
    await cache.set('probe', 'first', 60_000);
    await roundTrip(cache, 'second');
    expect(one.values.size).toBe(KEYS.length + 1);
  } finally {
    cache.close();
    await one.close();
  }
});

test('an endpoint that is no cluster is down, not wrong', async () => {
  const node = new Node();
  await node.listen();
  node.slots = () => '-ERR This instance has cluster support disabled\r\n';
  const cache = new ValkeyCache({ host: ADDRESS, port: node.port, tls: false, cluster: true });
  await expect(cache.set('key', 'value', 1_000)).rejects.toThrow('the cache does not answer');
  cache.close();
  await node.close();
});

test('the stand-in is a cluster of one', async () => {
  const standIn = await startStandInCache();
  const cache = new ValkeyCache({ ...standIn.endpoint, cluster: true });
  try {
    await roundTrip(cache, 'here');
  } finally {
    cache.close();
    await standIn.stop();
  }
});

test('a real server in cluster mode refuses what several slots take, and serves this', async () => {
  const { MERIDIAN_HOME, PATH, MERIDIAN_VALKEY_BIN } = process.env;
  const engines = join(MERIDIAN_HOME ?? join(tmpdir(), 'meridian-none'), 'engines');
  const [provider] = await findServers({ env: { PATH, MERIDIAN_VALKEY_BIN }, engines });
  if (provider === undefined) {
    process.stderr.write('NOT RUN: a real server in cluster mode; none is here\n');
    return;
  }
  const home = await mkdtemp(join(tmpdir(), 'meridian-cluster-'));
  await chmod(home, 0o711);
  const port = await choosePort(ADDRESS, 0);
  const dataDir = join(home, 'data', 'cache');
  const place = { address: ADDRESS, port, dataDir, program: '' };
  const server = await startCache({ provider, ...place, clustered: true });
  const endpoint = { host: ADDRESS, port, tls: false };
  const [cluster, plain] = [
    new ValkeyCache({ ...endpoint, cluster: true }),
    new ValkeyCache(endpoint),
  ];
  try {
    await roundTrip(cluster, 'there');
    await expect(plain.getAll(KEYS)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('CROSSSLOT') as string },
    });
  } finally {
    cluster.close();
    plain.close();
    await server.stop('immediate');
    await rm(home, { recursive: true, force: true });
  }
}, 30_000);
