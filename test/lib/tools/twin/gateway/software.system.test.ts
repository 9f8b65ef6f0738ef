import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BACKEND,
  FASTEST_LUA,
  fastestLua,
  haproxyConfiguration,
} from '../../../../../lib/constructs/compute/haproxy';
import { findHaproxy, ServerFleet } from '../../../../../lib/tools/twin/gateway';
import { buildPrograms } from '../../../../../lib/tools/twin/programs';
import { eventually, gone } from '../../../../support/processes';

jest.setTimeout(60_000);

const HAPROXY = findHaproxy();
if (HAPROXY === undefined) {
  console.warn('NOT RUN: the twin with HAProxy, install it: apt-get install haproxy');
}
const suite = HAPROXY === undefined ? describe.skip : describe;

/** Says who it is; one of them dies when it is told to. */
const MODULE = `
import { createServer } from 'node:http';
createServer((request, response) => {
  if (request.headers.host === undefined) return response.writeHead(400).end();
  if (request.url === '/crash') process.exit(3);
  response.end(JSON.stringify({ pid: process.pid, forwarded: request.headers['x-forwarded-for'] }));
}).listen(Number(process.env.PORT));
process.on('SIGTERM', () => process.exit(0));
`;
const ADDRESS = '127.9.0.94';
const SECRET = { 'x-origin-verify': 'known to the CDN' };

suite('a fleet behind the real HAProxy, by the configuration of the templates', () => {
  let directory: string;
  let fleet: ServerFleet;
  let front: Server;
  let url: string;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'meridian-software-'));
    const file = join(directory, 'module.mjs');
    writeFileSync(file, MODULE);
    const { server: program } = await buildPrograms(directory);
    const service = {
      ...{ name: 'api', file, address: ADDRESS, port: 8080, count: 3, memoryMiB: 128 },
      sha256: createHash('sha256').update(MODULE).digest('hex'),
      environment: { MARK: directory },
      ...{ stopSeconds: 30, graceSeconds: 0 },
    };
    const configuration = haproxyConfiguration({
      ...{ algorithm: 'fastest-response', bind: ':8080', healthPath: '/healthz' },
      servers: { places: 12, port: 8080 },
      ...{ directory: '/etc/haproxy', socket: '/var/lib/haproxy/admin.sock', user: 'haproxy' },
      admits: { openPaths: ['/healthz', '/readyz'], openHosts: [] },
    });
    fleet = new ServerFleet(
      service,
      {
        ...{ kind: 'servers', service: 'api', deregistrationSeconds: 100 },
        balancing: { algorithm: 'fastest-response', anomalyMitigation: false },
        minimumHealthy: { count: 1, percentage: 33 },
        healthCheck: {
          ...{ path: '/healthz', intervalSeconds: 10, timeoutSeconds: 5, statuses: '200' },
          ...{ healthyThreshold: 2, unhealthyThreshold: 3 },
        },
        software: {
          command: HAPROXY!,
          files: {
            'haproxy.cfg': configuration,
            [FASTEST_LUA]: fastestLua(BACKEND),
            'origin.acl': `${SECRET['x-origin-verify']}\n`,
          },
        },
      },
      { program, log: join(directory, 'log'), port: 8080, timeScale: 50 },
    );
    await fleet.warm();
    front = createServer((request, response) => void fleet.serve(request, response));
    await new Promise<void>((resolve) => front.listen(0, ADDRESS, resolve));
    url = `http://${ADDRESS}:${(front.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    front.closeAllConnections();
    front.close();
    await fleet.close();
    expect(await gone(directory)).toEqual([]);
    rmSync(directory, { recursive: true, force: true });
  });

  const ask = (path: string, headers: Record<string, string> = SECRET) =>
    fetch(url + path, { headers });
  const pid = async (path = '/'): Promise<number> =>
    ((await (await ask(path)).json()) as { pid: number }).pid;

  test('HAProxy demands the secret beyond health, and tells servers whose request it is', async () => {
    expect((await ask('/', {})).status).toBe(403);
    expect((await ask('/healthz', {})).status).toBe(200);
    expect(await (await ask('/')).json()).toMatchObject({ forwarded: '127.0.0.1' });
  });

  test('all servers get requests; one that ends gives its place to the next', async () => {
    const seen = new Set<number>();
    await eventually(
      async () => seen.add(await pid()).size,
      (size) => size >= 3,
    );
    jest.spyOn(console, 'error').mockReturnValue();
    await ask('/crash');
    const fresh = await eventually(
      async () => (await ask('/')).ok && (await pid()),
      (it) => it !== false && !seen.has(it),
    );
    expect(seen).not.toContain(fresh);
    // Checks give up after 0.1 s here: on a busy machine another one may be on its way, too.
    const isWhole = (size: number) => size === 3;
    expect(await eventually(() => fleet.size, isWhole)).toBe(3);
  });
});
