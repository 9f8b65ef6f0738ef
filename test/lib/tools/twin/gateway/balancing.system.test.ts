import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerFleet } from '../../../../../lib/tools/twin/gateway';
import type { BalancingConfig } from '../../../../../lib/tools/twin/gateway';
import { buildPrograms } from '../../../../../lib/tools/twin/programs';
import { eventually, gone } from '../../../../support/processes';

jest.setTimeout(60_000);

/** Tells who it is; whoever is asked to, answers late or with errors from then on. */
const MODULE = `
import { createServer } from 'node:http';
let late = 0;
let failing = false;
createServer((request, response) => {
  if (request.url === '/health') return response.end();
  if (request.url.startsWith('/be-slow')) late = Number(request.url.split('?')[1] ?? 60);
  if (request.url === '/fail') failing = true;
  setTimeout(() => response.writeHead(failing ? 500 : 200).end(String(process.pid)), late);
}).listen(Number(process.env.PORT));
process.on('SIGTERM', () => process.exit(0));
`;

const ADDRESS = '127.9.0.91';
/** By more than a busy machine makes the others. */
const MUCH_SLOWER = '/be-slow?600';
let directory: string;
let program: string;
let fleet: ServerFleet;
let front: Server;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-balancing-'));
  writeFileSync(join(directory, 'module.mjs'), MODULE);
  program = (await buildPrograms(directory)).server;
});
afterEach(async () => {
  front.closeAllConnections();
  await Promise.all([fleet.close(), new Promise((done) => front.close(done))]);
  expect(await gone(directory)).toEqual([]);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function start(balancing: BalancingConfig, count = 3): Promise<void> {
  const service = {
    ...{ name: 'api', file: join(directory, 'module.mjs'), address: ADDRESS, port: 8080, count },
    ...{ sha256: createHash('sha256').update(MODULE).digest('hex'), memoryMiB: 64 },
    ...{ environment: { MARK: directory }, stopSeconds: 30, graceSeconds: 0 },
  };
  const group = {
    ...({ kind: 'servers', service: 'api', deregistrationSeconds: 1, balancing } as const),
    minimumHealthy: { count: 1, percentage: 0 },
    healthCheck: {
      ...{ path: '/health', intervalSeconds: 5, timeoutSeconds: 5, statuses: '200' },
      ...{ healthyThreshold: 1, unhealthyThreshold: 3 },
    },
  };
  const options = { program, log: join(directory, 'log'), port: 80, timeScale: 50 };
  fleet = new ServerFleet(service, group, options);
  front = createServer((request, response) => void fleet.serve(request, response));
  await new Promise<void>((done) => front.listen(0, '0.0.0.0', done));
  await fleet.warm();
  await eventually(
    () => fleet.healthySize,
    (size) => size === count,
  );
}

interface Answer {
  readonly by: string;
  readonly cookie: string | undefined;
}

/** @param source address of this machine from which it is asked */
function ask(path = '/', source = '127.0.0.1', cookie?: string): Promise<Answer> {
  const { port } = front.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const headers = cookie === undefined ? {} : { cookie };
    const options = { host: '127.0.0.1', port, path, localAddress: source, agent: false, headers };
    send(options, (answer) => {
      let by = '';
      answer.setEncoding('utf8').on('data', (text: string) => (by += text));
      answer.on('end', () => {
        resolve({ by, cookie: answer.headers['set-cookie']?.[0] });
      });
    })
      .on('error', reject)
      .end();
  });
}

async function counts(requests: number, path = '/'): Promise<ReadonlyMap<string, number>> {
  const by = new Map<string, number>();
  for (let at = 0; at < requests; at += 1) {
    const answer = await ask(path);
    by.set(answer.by, (by.get(answer.by) ?? 0) + 1);
  }
  return by;
}

test('round robin gives every server its turn, and a slow one no fewer', async () => {
  await start({ algorithm: 'round-robin', anomalyMitigation: false });
  await ask('/be-slow');
  expect([...(await counts(30)).values()]).toEqual([10, 10, 10]);
});

test('with the fewest in hand first, a slow server gets fewer of requests that come together', async () => {
  await start({ algorithm: 'least-outstanding-requests', anomalyMitigation: false });
  const slow = (await ask(MUCH_SLOWER)).by;
  const by = new Map<string, number>();
  const client = async () => {
    for (let at = 0; at < 20; at += 1) {
      const answer = await ask();
      by.set(answer.by, (by.get(answer.by) ?? 0) + 1);
    }
  };
  await Promise.all([client(), client(), client()]);
  for (const [pid, count] of by) if (pid !== slow) expect(count).toBeGreaterThan(by.get(slow)! * 2);
});

test('with the fastest first, a server that became slow is hardly asked any more', async () => {
  await start({ algorithm: 'fastest-response', anomalyMitigation: false });
  await counts(6);
  const slow = (await ask(MUCH_SLOWER)).by;
  const by = await counts(60);
  expect(by.get(slow) ?? 0).toBeLessThan(6);
  expect([...by.values()].reduce((sum, count) => sum + count, 0)).toBe(60);
});

test('at random with mitigation, a server that fails gets far less than its share', async () => {
  await start({ algorithm: 'weighted-random', anomalyMitigation: true });
  const bad = (await ask('/fail')).by;
  // Its share of errors has to be seen first.
  await counts(40);
  expect((await counts(100)).get(bad) ?? 0).toBeLessThan(20);
});

test('by source, a client stays with its server, and clients are spread', async () => {
  await start({ algorithm: 'source-ip-hash', anomalyMitigation: false });
  const sources = Array.from({ length: 24 }, (_, at) => `127.8.7.${at + 1}`);
  const first = await Promise.all(sources.map(async (source) => (await ask('/', source)).by));
  const again = await Promise.all(sources.map(async (source) => (await ask('/', source)).by));
  expect(again).toEqual(first);
  expect(new Set(first).size).toBe(3);
});

test('with a cookie a client stays with its server, and without one it does not', async () => {
  await start({ algorithm: 'round-robin', anomalyMitigation: false, stickinessSeconds: 60 });
  const { by, cookie } = await ask();
  expect(cookie).toMatch(/^AWSALB=[\w-]+; Max-Age=60; Path=\/$/);
  const kept = cookie!.split(';')[0]!;
  for (let at = 0; at < 6; at += 1) expect((await ask('/', '127.0.0.1', kept)).by).toBe(by);
  expect((await counts(3)).size).toBe(3);
});
