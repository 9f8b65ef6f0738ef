import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CacheOptions, CacheProvider, CacheServer } from '../../../../../lib/tools/twin/cache';
import { resolveValkey, startCache } from '../../../../../lib/tools/twin/cache';
import type { ProcessIdentity } from '../../../../../lib/tools/twin/processes';
import { choosePort, isAlive, waitFor } from '../../../../../lib/tools/twin/processes';
import { BEHAVIOURS, BREACHES, matches } from './behaviours';
import { Client } from './client';
import { bundle, openLab, realServers } from './lab';
import { request } from './replies';

const ADDRESS = '127.0.77.1';
const TWIN = join(__dirname, '../../../../../lib/tools/twin');
const REAL = Object.entries(realServers());
const lab = openLab();

for (const [source, path] of REAL) {
  if (path === undefined) process.stderr.write(`NOT RUN: caches of a real server (${source})\n`);
}
if (REAL.every(([, path]) => path === undefined)) {
  process.stderr.write('NOT RUN: nothing was compared with a real server; none is here\n');
}

beforeAll(async () => {
  await bundle(lab.directory, {
    cache: join(TWIN, 'cache/program.ts'),
    parent: join(__dirname, 'parent.ts'),
  });
}, 30_000);
afterAll(() => {
  lab.close();
});

const SUBJECTS: readonly (readonly [string, string])[] = [
  ['the stand-in', ''],
  ...REAL.flatMap(([source, path]) => (path === undefined ? [] : [[source, path] as const])),
];

let runs = 0;
async function settings(provider: CacheProvider): Promise<CacheOptions> {
  runs += 1;
  return {
    ...{ provider, address: ADDRESS, port: await choosePort(ADDRESS, 0) },
    dataDir: join(lab.directory, 'engines', `cache-${runs}`),
    program: join(lab.directory, 'cache.js'),
    env: { MERIDIAN_TWIN: lab.directory },
  };
}

/** Caches that tests started: a test that fails leaves none behind. */
const started: CacheServer[] = [];
async function start(options: CacheOptions): Promise<CacheServer> {
  const cache = await startCache(options);
  started.push(cache);
  return cache;
}

const uidOf = ({ pid }: ProcessIdentity) =>
  Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
const ended = (all: readonly ProcessIdentity[]) => (all.some(isAlive) ? undefined : true);

describe.each(SUBJECTS)('%s', (_, path) => {
  let provider: CacheProvider;
  let cache: CacheServer;

  beforeAll(async () => {
    provider = await resolveValkey({
      env: path === '' ? {} : { MERIDIAN_VALKEY_BIN: path },
      engines: join(lab.directory, 'shared'),
    });
    cache = await start(await settings(provider));
  }, 30_000);
  afterAll(() => Promise.all(started.splice(0).map((it) => it.stop('immediate'))));

  it('says what it is', () => {
    expect(cache.real).toBe(path !== '');
    expect(cache.engine).toMatch(path === '' ? /^stand-in$/ : /^(valkey|redis) \d+\.\d+\.\d+$/);
  });

  it.each(BEHAVIOURS)('$name', async ({ steps }) => {
    const client = await Client.connect(cache);
    await client.ask('FLUSHALL');
    for (const step of steps) {
      if ('wait' in step) {
        await sleep(step.wait);
        continue;
      }
      const answer = await client.ask(...step.say);
      expect([step.say, answer, matches(answer, step.hear)]).toEqual([step.say, answer, true]);
    }
    client.end();
  });

  it.each(BREACHES)('reads as Redis does: $name', async ({ bytes, hear, closes }) => {
    const client = await Client.connect(cache);
    client.write(Buffer.from(bytes, 'latin1'));
    const answers = await client.read(hear.length);
    expect(answers.map((answer, at) => matches(answer, hear[at] ?? null) || answer)).toEqual(
      hear.map(() => true),
    );
    if (closes) await waitFor('hanging up', 3_000, () => (client.closed ? true : undefined));
    else expect(await client.ask('PING')).toBe('PONG');
    client.end();
  });

  it('answers a pipeline in its order, cut anywhere', async () => {
    const client = await Client.connect(cache);
    await client.ask('FLUSHALL');
    const pipeline = Buffer.concat(Array.from({ length: 5_000 }, () => request(['INCR', 'n'])));
    for (let at = 0; at < pipeline.length; at += 4_999) {
      client.write(pipeline.subarray(at, at + 4_999));
    }
    expect(await client.read(5_000)).toEqual(Array.from({ length: 5_000 }, (_, at) => at + 1));
    client.end();
  });

  it('waits for a client that does not read, and loses nothing', async () => {
    const writer = await Client.connect(cache);
    await writer.ask('SET', 'large', Buffer.alloc(65_536, 'x'));
    const socket = connect({ host: cache.address, port: cache.port });
    await once(socket, 'connect');
    socket.pause();
    socket.write(Buffer.concat(Array.from({ length: 300 }, () => request(['GET', 'large']))));
    await sleep(200);
    expect(await writer.ask('PING')).toBe('PONG');
    let bytes = 0;
    socket.on('data', (piece) => (bytes += piece.length));
    socket.resume();
    const expected = 300 * ('$65536\r\n'.length + 65_536 + 2);
    await waitFor('all answers', 10_000, () => (bytes === expected ? true : undefined));
    socket.destroy();
    writer.end();
  });

  it('carries messages from one client to others', async () => {
    const [one, other, speaker] = await Promise.all([
      Client.connect(cache),
      Client.connect(cache),
      Client.connect(cache),
    ]);
    await one.ask('SUBSCRIBE', 'news');
    await other.ask('SUBSCRIBE', 'news');
    expect(await speaker.ask('PUBLISH', 'news', Buffer.from([0, 255]))).toBe(2);
    expect(await one.read(1)).toEqual([['message', 'news', '\x00\xff']]);
    expect(await other.read(1)).toEqual([['message', 'news', '\x00\xff']]);
    one.end();
    await waitFor('one that has left', 3_000, async () =>
      (await speaker.ask('PUBLISH', 'news', 'x')) === 1 ? true : undefined,
    );
    other.end();
    speaker.end();
  });

  it('removes keys whose time is over though nobody asks for them', async () => {
    const client = await Client.connect(cache);
    await client.ask('FLUSHALL');
    for (let at = 0; at < 50; at += 1) await client.ask('SET', `k${at}`, 'v', 'PX', '2000');
    expect(await client.ask('DBSIZE')).toBe(50);
    await waitFor('an empty server', 20_000, async () =>
      (await client.ask('DBSIZE')) === 0 ? true : undefined,
    );
    client.end();
  });

  it('runs as nobody where we are root, else as who we are', () => {
    const expected = process.getuid?.() === 0 ? 65_534 : process.getuid?.();
    expect(cache.processes().length).toBeGreaterThan(0);
    expect(cache.processes().map(uidOf)).toEqual(cache.processes().map(() => expected));
  });

  it('forgets the least recently used when its memory is full, and keeps nothing', async () => {
    const options = { ...(await settings(provider)), maxMemoryMiB: 8 };
    const small = await start(options);
    const client = await Client.connect(small);
    await client.ask('SET', 'used', 'v');
    for (let at = 0; at < 200; at += 1) {
      expect(await client.ask('SET', `k${at}`, Buffer.alloc(100_000, 'x'))).toBe('OK');
      await client.ask('GET', 'used');
    }
    const size = Number(await client.ask('DBSIZE'));
    expect(size).toBeGreaterThan(20);
    expect(size).toBeLessThan(90);
    // A real server looks at a sample of keys, so there it is but likely.
    if (!small.real) {
      expect(await client.ask('GET', 'used')).toBe('v');
      expect(await client.ask('GET', 'k0')).toBeNull();
    }
    expect(await client.ask('GET', 'k199')).toHaveLength(100_000);
    await small.stop();
    expect(readdirSync(options.dataDir)).toEqual([]);
  });

  it.each(['fast', 'immediate'] as const)('ends when it is told to (%s)', async (mode) => {
    const it = await start(await settings(provider));
    const processes = it.processes();
    expect(processes.every(isAlive)).toBe(true);
    const client = await Client.connect(it);
    const startedAt = Date.now();
    await it.stop(mode);
    // The guard alone would take 2 s to end at once what does not hear SIGQUIT.
    expect(Date.now() - startedAt).toBeLessThan(1_500);
    await waitFor('its end', 1_000, () => ended(processes));
    expect(it.processes()).toEqual([]);
    await waitFor('hanging up', 1_000, () => (client.closed ? true : undefined));
  });

  it('leaves no process when its supervisor is killed', async () => {
    const parent = fork(join(lab.directory, 'parent.js'), { execArgv: [] });
    parent.send(await settings(provider));
    const [told] = (await once(parent, 'message')) as [{ processes?: ProcessIdentity[] }];
    const processes = told.processes ?? [];
    expect(processes.length).toBeGreaterThan(0);
    expect(processes.every(isAlive)).toBe(true);
    parent.kill('SIGKILL');
    await waitFor('an end without a supervisor', 8_000, () => ended(processes));
  }, 20_000);

  it('tells of its end when it is killed', async () => {
    const it = await start(await settings(provider));
    const [server] = it.processes().slice(-1);
    process.kill(server?.pid ?? NaN, 'SIGKILL');
    expect(await it.exited).not.toBe(0);
    expect(it.processes()).toEqual([]);
  });

  it('does not take a stranger on its port for itself', async () => {
    const options = await settings(provider);
    const stranger = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('$20\r\n# Server\r\nprocess_id:1\r\n\r\n');
    });
    stranger.listen(options.port, ADDRESS);
    await once(stranger, 'listening');
    await expect(startCache(options)).rejects.toThrow(
      new RegExp(`on ${ADDRESS}:${options.port} did not start: .*(in use|EADDRINUSE)`, 's'),
    );
    stranger.close();
  });

  it('refuses to listen on more than loopback', async () => {
    const options = await settings(provider);
    for (const address of ['0.0.0.0', '::', '192.0.2.1', '127.evil.example.com']) {
      await expect(startCache({ ...options, address })).rejects.toThrow(
        `\`address\` must be a loopback address, got: ${address}`,
      );
    }
    expect(existsSync(options.dataDir)).toBe(false);
  });
});
