import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerFleet } from '../../../../../lib/tools/twin/gateway';
import type { ServerConfig, ServerGroupConfig } from '../../../../../lib/tools/twin/gateway';
import { buildPrograms } from '../../../../../lib/tools/twin/programs';
import { eventually, gone } from '../../../../support/processes';

jest.setTimeout(60_000);

/** A server that does what its path says. It says nothing about where to listen. */
const MODULE = `
import { createServer } from 'node:http';
let healthy = true;
let open;
const server = createServer((request, response) => {
  const path = request.url;
  if (path === '/health') return response.writeHead(healthy ? 200 : 500).end();
  if (path === '/crash') process.exit(3);
  if (path === '/sicken') { healthy = false; return response.end('sick'); }
  if (path === '/hang') while (true) {}
  if (path === '/slow') return setTimeout(() => response.end(String(process.pid)), 1500);
  if (path === '/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: one\\n\\n');
    open = response;
    return;
  }
  if (path === '/release') { open.end('data: two\\n\\n'); return response.end(); }
  if (path === '/echo') {
    response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'] });
    return request.pipe(response);
  }
  response.end(JSON.stringify({
    pid: process.pid, env: process.env, headers: request.headers, address: server.address(),
  }));
});
server.listen(Number(process.env.PORT));
// Whoever tells it to end has seen to it that it has nothing in hand.
process.on('SIGTERM', () => process.exit(0));
`;

const ADDRESS = '127.9.0.90';
const GROUP: ServerGroupConfig = {
  ...{ kind: 'servers', service: 'api', deregistrationSeconds: 100 },
  balancing: { algorithm: 'least-outstanding-requests', anomalyMitigation: false },
  minimumHealthy: { count: 1, percentage: 33 },
  healthCheck: {
    ...{ path: '/health', intervalSeconds: 10, timeoutSeconds: 5, statuses: '200' },
    ...{ healthyThreshold: 2, unhealthyThreshold: 3 },
  },
};

let directory: string;
let program: string;
let service: ServerConfig;
let fleet: ServerFleet;
let front: Server;
let url: string;

/** What the fleet tells its log. */
let words: jest.SpyInstance;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-fleet-'));
  const file = join(directory, 'module.mjs');
  writeFileSync(file, MODULE);
  program = (await buildPrograms(directory)).server;
  service = {
    ...{ name: 'api', file, address: ADDRESS, port: 8080, count: 1, memoryMiB: 128 },
    sha256: createHash('sha256').update(MODULE).digest('hex'),
    environment: { MARK: directory },
    ...{ stopSeconds: 30, graceSeconds: 0 },
  };
});
beforeEach(() => {
  words = jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  words.mockRestore();
  front.closeAllConnections();
  await Promise.all([fleet.close(), new Promise((done) => front.close(done))]);
  expect(await gone(directory)).toEqual([]);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function start(changes: Partial<ServerConfig> = {}): Promise<void> {
  const options = { program, log: join(directory, 'log'), port: 80, timeScale: 50 };
  fleet = new ServerFleet({ ...service, ...changes }, GROUP, options);
  front = createServer((request, response) => void fleet.serve(request, response));
  await new Promise<void>((done) => front.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  await fleet.warm();
}

interface Told {
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly address: AddressInfo;
}

const ask = (path = '/') => fetch(url + path).catch(() => undefined);
const told = async (): Promise<Told | undefined> => {
  const answer = await ask();
  return answer?.ok === true ? ((await answer.json()) as Told) : undefined;
};

describe('zones', () => {
  const zones = () => fleet.zoned.filter(({ healthy }) => healthy).map(({ zone }) => zone);
  const even = (found: readonly string[]) => found.length === 2 && new Set(found).size === 2;

  /** Both servers in the zone that was left, once the other one has its power again. */
  async function afterALoss(rebalances: boolean): Promise<void> {
    await start({ count: 2, zones: ['a', 'b'], rebalances });
    expect(even(await eventually(zones, even))).toBe(true);
    fleet.loseZone('a');
    const lost = fleet.zoned.find(({ zone }) => zone === 'a');
    process.kill(lost!.pid, 'SIGKILL');
    await eventually(zones, (found) => found.join() === 'b,b');
    fleet.regainZone('a');
  }

  test('that have their power back get servers again, the new one before an old one ends', async () => {
    await afterALoss(true);
    let fewest = Infinity;
    const found = await eventually(() => {
      fewest = Math.min(fewest, zones().length);
      return zones();
    }, even);
    expect([even(found), fewest]).toEqual([true, 2]);
    expect(words.mock.calls.flat().join()).toContain('gives way to another zone');
  });

  test('stay uneven where the service does not balance them', async () => {
    await afterALoss(false);
    const found = await eventually(zones, even, 2_000);
    expect(found).toEqual(['b', 'b']);
  });
});

describe('a server', () => {
  test('has its environment and nothing else, and one address that is its own', async () => {
    await start();
    const { env, address } = (await told())!;
    expect(
      Object.keys(env)
        .filter((name) => !name.startsWith('NODE_CHANNEL'))
        .sort(),
    ).toEqual([...['MARK', 'PORT']]);
    expect(address).toMatchObject({ address: ADDRESS, port: Number(env['PORT']) });
  });

  test('is told who asked, and is known as the one who answered', async () => {
    await start();
    const answer = await fetch(url, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    const { headers } = (await answer.json()) as Told;
    expect(headers).toMatchObject({
      ...{ 'x-forwarded-for': '203.0.113.9, 127.0.0.1', 'x-forwarded-port': '80' },
      ...{ host: new URL(url).host, connection: 'keep-alive' },
    });
    expect(answer.headers.get('x-twin-compute')).toBe('server');
  });

  test('gets bodies as they are, and its repeated headers stay repeated', async () => {
    await start();
    const body = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => at % 251));
    const answer = await fetch(`${url}/echo`, { method: 'POST', body });
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  test('streams: what it has said arrives before it has ended', async () => {
    await start();
    const answer = await fetch(`${url}/stream`);
    const reader = answer.body!.getReader();
    const text = async () => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await text()).toBe('data: one\n\n');
    await ask('/release');
    expect(await text()).toBe('data: two\n\n');
    expect((await reader.read()).done).toBe(true);
  });

  test('is not started from other bytes than those that were named', async () => {
    await expect(start({ sha256: '0'.repeat(64) })).rejects.toThrow(/the bytes have sha256/);
  });
});

describe('a fleet', () => {
  test('replaces a server that crashes; only the requests in its hand fail', async () => {
    await start();
    const before = (await told())!.pid;
    expect((await ask('/crash'))?.status).toBe(502);
    await eventually(
      () => words.mock.calls.length,
      (calls) => calls > 0,
    );
    expect(words).toHaveBeenCalledWith(`api: process ${before} ended (exit code 3)`);
    const after = await eventually(told, (it) => it !== undefined);
    expect(after!.pid).not.toBe(before);
    expect(fleet.size).toBe(1);
  });

  test('replaces a server that says it is unhealthy, and lets it finish what it has', async () => {
    await start();
    const before = (await told())!.pid;
    await ask('/sicken');
    const slow = ask('/slow');
    const after = await eventually(told, (it) => it !== undefined && it.pid !== before);
    expect(after!.pid).not.toBe(before);
    expect(await (await slow)!.text()).toBe(String(before));
    await eventually(
      () => fleet.size,
      (size) => size === 1,
    );
    expect(fleet.size).toBe(1);
  });

  test('goes on using the only server while it is unhealthy', async () => {
    await start({ graceSeconds: 3_000 });
    const before = (await told())!.pid;
    await ask('/sicken');
    await new Promise((done) => setTimeout(done, 1_500));
    expect((await told())?.pid).toBe(before);
    expect(words).not.toHaveBeenCalled();
  });

  test('replaces a server that does not answer any more', async () => {
    await start();
    const before = (await told())!.pid;
    const hung = send(`${url}/hang`);
    hung.on('error', () => undefined).end();
    const answered = async () => {
      const timely = AbortSignal.timeout(500);
      const answer = await fetch(url, { signal: timely }).catch(() => undefined);
      return answer?.ok === true ? ((await answer.json()) as Told).pid : undefined;
    };
    const after = await eventually(answered, (pid) => pid !== undefined, 20_000);
    expect(after).not.toBe(before);
    hung.destroy();
  });

  test('shares requests among its servers, the one with fewer in hand first', async () => {
    await start({ count: 2 });
    const slow = ask('/slow');
    await new Promise((done) => setTimeout(done, 100));
    const others = [(await told())!, (await told())!, (await told())!];
    const busy = await (await slow)!.text();
    for (const { pid } of others) expect(String(pid)).not.toBe(busy);
  });
});

describe('a deployment', () => {
  /** Modules by what they do, as versions. */
  const version = (name: string, text: string) => {
    const file = join(directory, name);
    writeFileSync(file, text);
    return { file, sha256: createHash('sha256').update(text).digest('hex') };
  };

  test('replaces the servers once the new ones are healthy; no request fails', async () => {
    await start({ circuitBreaker: true });
    const before = (await told())!.pid;
    const statuses = new Set<number | undefined>();
    const done = new AbortController();
    const asking = (async () => {
      while (!done.signal.aborted) statuses.add((await ask())?.status);
    })();
    const deployed = await fleet.deploy(version('next.mjs', `${MODULE}\n`));
    done.abort();
    await asking;
    expect(deployed).toEqual({ rolledBack: false, failedServers: 0 });
    expect((await told())!.pid).not.toBe(before);
    expect([...statuses]).toEqual([200]);
    expect(fleet.size).toBe(1);
  });

  test.each([
    ['does not start', `throw new Error('broken');`],
    ['is never healthy', MODULE.replace('let healthy = true', 'let healthy = false')],
  ])('of a version that %s is taken back after three servers', async (name, text) => {
    await start({ circuitBreaker: true });
    const before = (await told())!.pid;
    const deployed = await fleet.deploy(version(`${name.replaceAll(' ', '-')}.mjs`, text));
    expect(deployed).toEqual({ rolledBack: true, failedServers: 3 });
    expect((await told())!.pid).toBe(before);
    expect([fleet.size, fleet.version.file]).toEqual([1, service.file]);
  });
});
