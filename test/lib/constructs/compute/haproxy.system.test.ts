import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BACKEND,
  BALANCER_ALIVE,
  FASTEST_LUA,
  fastestLua,
  haproxyConfiguration,
} from '../../../../lib/constructs/compute/haproxy';
import type { SoftwareAlgorithm } from '../../../../lib/constructs/compute/haproxy';
import { tell as tellOver } from '../../../../lib/handlers/balancer/tell';
import { buildBundles } from '../../../../lib/tools/bundle';
import { ROOT } from '../../../support/root';
import { eventually } from '../../../support/processes';

jest.setTimeout(60_000);

const HAPROXY = ['/usr/sbin/haproxy', 'haproxy'].find(
  (path) => spawnSync(path, ['-v']).status === 0,
);
if (HAPROXY === undefined) {
  console.warn('NOT RUN: haproxy, there is no HAProxy here, install it: apt-get install haproxy');
}
const suite = HAPROXY === undefined ? describe.skip : describe;

test('where everything must run, HAProxy is there', () => {
  expect(process.env['CI'] === undefined || HAPROXY !== undefined).toBe(true);
});

const ALGORITHMS: readonly SoftwareAlgorithm[] = [
  'round-robin',
  'least-connections',
  'random-of-two',
  'source-ip-hash',
  'uri-hash',
  'fastest-response',
];
const BALANCER = '127.9.0.93';

interface Backend {
  readonly name: string;
  readonly port: number;
  late: number;
  readonly server: Server;
}

suite('HAProxy', () => {
  let directory: string;
  let backends: Backend[];
  let balancer: ChildProcess | undefined;
  let port: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'meridian-haproxy-'));
    backends = await Promise.all(['a', 'b', 'c'].map(startBackend));
    const probe = createServer();
    port = await listening(probe, BALANCER);
    await new Promise((done) => probe.close(done));
  });
  afterEach(async () => {
    const running = balancer?.exitCode === null && balancer.signalCode === null;
    const ended = running && new Promise((done) => balancer?.once('exit', done));
    balancer?.kill('SIGKILL');
    await ended;
    balancer = undefined;
    for (const { server } of backends) {
      server.closeAllConnections();
      server.close();
    }
    rmSync(directory, { recursive: true, force: true });
  });

  async function startBackend(name: string): Promise<Backend> {
    const backend = { name, late: 0, port: 0 };
    const server = createServer((request, response) => {
      const late = request.url === '/healthz' ? 0 : backend.late;
      setTimeout(() => response.end(name), late);
    });
    return Object.assign(backend, { server, port: await listening(server, '127.0.0.1') });
  }

  function write(algorithm: SoftwareAlgorithm, places = false): string {
    const file = join(directory, 'haproxy.cfg');
    const fixed = backends.map((it) => ({ name: it.name, address: '127.0.0.1', port: it.port }));
    writeFileSync(join(directory, FASTEST_LUA), fastestLua(BACKEND));
    writeFileSync(
      file,
      haproxyConfiguration({
        ...{ algorithm, directory, bind: `${BALANCER}:${port}`, healthPath: '/healthz' },
        servers: places ? { places: 4, port: 8080 } : fixed,
        socket: join(directory, 'admin.sock'),
        ...{ slowStartSeconds: 1, checkSeconds: 1 },
      }),
    );
    return file;
  }

  async function start(algorithm: SoftwareAlgorithm, places = false): Promise<void> {
    balancer = spawn(HAPROXY!, ['-db', '-f', write(algorithm, places)], { stdio: 'ignore' });
    const alive = places ? [200, 503] : [200];
    await eventually(
      () => ask(BALANCER_ALIVE).catch(() => undefined),
      (it) => it !== undefined && alive.includes(it.status),
    );
  }

  function ask(path = '/', source = '127.0.0.1'): Promise<{ status: number; by: string }> {
    return new Promise((resolve, reject) => {
      const to = { host: BALANCER, port, path, localAddress: source, agent: false };
      send(to, (answer) => {
        let by = '';
        answer.setEncoding('utf8').on('data', (text: string) => (by += text));
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, by });
        });
      })
        .on('error', reject)
        .end();
    });
  }

  async function counts(requests: number): Promise<Readonly<Record<string, number>>> {
    const by: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let at = 0; at < requests; at += 1) {
      const answer = await ask();
      by[answer.by] = (by[answer.by] ?? 0) + 1;
    }
    return by;
  }

  /** Says something over the socket, as whoever finds servers does. */
  const tell = (command: string): Promise<string> =>
    tellOver(join(directory, 'admin.sock'), command, 5_000);

  test.each(ALGORITHMS)('accepts the configuration for %s without a warning', (algorithm) => {
    for (const places of [false, true]) {
      const { status, stderr, stdout } = spawnSync(
        HAPROXY!,
        ['-c', '-dW', '-f', write(algorithm, places)],
        { encoding: 'utf8' },
      );
      expect({ status, stderr, stdout }).toMatchObject({ status: 0 });
    }
  });

  test('shares requests evenly in turn', async () => {
    await start('round-robin');
    expect(await counts(30)).toEqual({ a: 10, b: 10, c: 10 });
  });

  test('sends requests to the fastest, and to another one once that is slow', async () => {
    await start('fastest-response');
    const [a, b, c] = backends as [Backend, Backend, Backend];
    [a.late, b.late, c.late] = [150, 0, 150];
    // What it remembers has to give way first.
    const comesToPrefer = async (name: string): Promise<void> => {
      const mostly = (by: Readonly<Record<string, number>>): boolean => by[name]! > 24;
      expect(mostly(await eventually(() => counts(30), mostly, 20_000))).toBe(true);
    };
    await comesToPrefer('b');
    [a.late, b.late, c.late] = [0, 150, 150];
    await comesToPrefer('a');
  });

  test('keeps a client with its server, and spreads clients', async () => {
    await start('source-ip-hash');
    const sources = Array.from({ length: 24 }, (_, at) => `127.8.${at}.${at + 1}`);
    const all = () => Promise.all(sources.map(async (source) => (await ask('/', source)).by));
    const first = await all();
    expect(await all()).toEqual(first);
    expect(new Set(first).size).toBe(3);
  });

  test('leaves out a server that does not live, and answers for itself only while one does', async () => {
    await start('round-robin');
    backends[0]!.server.closeAllConnections();
    backends[0]!.server.close();
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask()));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(new Set(answers.map(({ by }) => by))).toEqual(new Set(['b', 'c']));
    for (const { server } of backends.slice(1)) {
      server.closeAllConnections();
      server.close();
    }
    const dead = await eventually(
      () => ask(BALANCER_ALIVE),
      ({ status }) => status === 503,
      20_000,
    );
    expect(dead.status).toBe(503);
  });

  test('follows a group: who runs serves, and whoever is gone is asked no more', async () => {
    await start('least-connections', true);
    const { port: at } = backends[2]!;
    const list = join(directory, 'instances.json');
    writeFileSync(list, '["127.0.0.1"]');
    // In place of AWS's command line, which asks the Region's EC2.
    writeFileSync(join(directory, 'aws'), `#!/bin/sh\ncat '${list}'\n`, { mode: 0o755 });
    const { balancerDiscovery } = await buildBundles({ root: ROOT, cwd: ROOT, services: [] });
    const discovery = spawn(process.execPath, [balancerDiscovery], {
      stdio: 'ignore',
      env: {
        PATH: `${directory}:${process.env.PATH ?? ''}`,
        ...{ BALANCER_SOCKET: join(directory, 'admin.sock'), BALANCER_BACKEND: BACKEND },
        ...{ BALANCER_GROUP: 'g', BALANCER_REGION: 'us-east-2', BALANCER_PORT: String(at) },
      },
    });
    try {
      const found = await eventually(
        () => ask(),
        ({ status }) => status === 200,
        20_000,
      );
      expect(found).toEqual({ status: 200, by: 'c' });
      writeFileSync(list, '[]');
      const left = await eventually(
        () => ask(),
        ({ status }) => status === 503,
        20_000,
      );
      expect(left.status).toBe(503);
    } finally {
      discovery.kill('SIGKILL');
    }
  });

  test('has no server at first where they are told later, and serves from whom it is told', async () => {
    await start('least-connections', true);
    expect((await ask()).status).toBe(503);
    const { port: at } = backends[1]!;
    await tell(`set server ${BACKEND}/app1 addr 127.0.0.1 port ${at}`);
    await tell(`set server ${BACKEND}/app1 state ready`);
    await tell(`enable health ${BACKEND}/app1`);
    const answer = await eventually(
      () => ask(),
      ({ status }) => status === 200,
    );
    expect(answer).toEqual({ status: 200, by: 'b' });
  });
});

function listening(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
