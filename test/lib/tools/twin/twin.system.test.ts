import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import Ajv from 'ajv';
import downSchema from '../../../../docs/schemas/twin-down.schema.json';
import statusSchema from '../../../../docs/schemas/twin-status.schema.json';
import upSchema from '../../../../docs/schemas/twin-up.schema.json';
import type { Report, Status } from '../../../../lib/tools/twin/run';
import { eventually, gone, processesWith } from '../../../support/processes';
import { ask, callApi, processOf } from './clients';

/**
 * One twin for the whole file, started with the real command line; tests build on one another in
 * their order, the last ones end and restart it.
 */
jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../../../..');
const CLI = join(ROOT, 'bin/meridian.js');
const TOKYO = 'ap-northeast-1';
const FRANKFURT = 'eu-central-1';

let home: string;
let supervisor: ChildProcess;
let report: Report;
let progress = '';
/** Milliseconds until the first word. */
let firstWordMs = Infinity;

const env = () => ({ PATH: process.env['PATH'] ?? '', MERIDIAN_HOME: home });

interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
function meridian(...args: string[]): Promise<Finished> {
  return new Promise((finish) => {
    const options = { cwd: home, env: env() };
    const child = execFile(process.execPath, [CLI, ...args], options, (_, stdout, stderr) => {
      finish({ status: child.exitCode, stdout, stderr });
    });
  });
}

/** Starts the twin and waits for its JSON. */
function start(...args: string[]): Promise<Report> {
  const started = Date.now();
  supervisor = spawn(
    process.execPath,
    [CLI, 'twin', 'up', '--json', '--time-scale', '20', ...args],
    { cwd: home, env: env(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  supervisor.stderr?.on('data', (chunk: Buffer) => {
    firstWordMs = Math.min(firstWordMs, Date.now() - started);
    progress += chunk.toString();
  });
  let text = '';
  return new Promise((ready, reject) => {
    supervisor.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith('\n')) ready(JSON.parse(text) as Report);
    });
    supervisor.once('exit', (code) => {
      reject(new Error(`the twin ended (exit code ${code}):\n${progress}`));
    });
  });
}

function valid(schema: object, value: unknown): void {
  const validate = new Ajv({ strict: false }).compile(schema);
  if (!validate(value)) throw new Error(JSON.stringify(validate.errors));
}

beforeAll(async () => {
  // As others make it for us: as root, nobody else may pass. The twin has to see to that.
  home = mkdtempSync(join(tmpdir(), 'meridian-twin-'));
  report = await start();
});
afterAll(async () => {
  const ended = new Promise((tell) => supervisor.once('exit', tell));
  if (supervisor.exitCode === null && supervisor.signalCode === null) {
    supervisor.kill('SIGTERM');
    await ended;
  }
  await meridian('twin', 'down');
  const left = await gone(home);
  rmSync(home, { recursive: true, force: true });
  expect(left).toEqual([]);
});

const api = (region: string, path: string, body?: unknown, token?: string) =>
  callApi(report.regions[region]!.url, path, body, token);

const status = async (): Promise<Status> =>
  (await (await fetch(new URL('status.json', report.console))).json()) as Status;

const dns = (name: string, subnet: string) => ask(report.dns, name, subnet);
const CLIENTS = { tokyo: '203.0.113.0/24', frankfurt: '192.0.2.0/24', columbus: '198.51.100.0/24' };
const addressOf = (region: string) => new URL(report.regions[region]!.url).hostname;

describe('twin up', () => {
  // The bench holds it to one second; here other tests may share the cores.
  test('says its first word long before it is ready', () => {
    expect(firstWordMs).toBeLessThan(3_000);
  });

  test('prints one JSON object of its schema', () => {
    valid(upSchema, report);
    expect(Object.keys(report.regions)).toHaveLength(3);
  });

  test('tells what it takes of this machine', async () => {
    const { footprint } = await status();
    expect(footprint?.processes).toBeGreaterThan(3 * 6);
    const mib = [footprint!.memoryBytes, footprint!.diskBytes].map((it) => it / 2 ** 20);
    expect(Math.min(...mib)).toBeGreaterThan(50);
    expect(Math.max(...mib)).toBeLessThan(2_000);
    expect((await meridian('twin', 'status')).stdout).toMatch(
      / \d+ processes, \d+ MiB of memory, \d+ MiB on disk\n/,
    );
  });

  test('keeps the run directory to itself', () => {
    expect(report.directory.startsWith(`${home}/`)).toBe(true);
    expect(statSync(report.directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'engines/default')).mode & 0o777).toBe(0o700);
  });

  test('says who writes, and how far behind the reader of each cluster is', async () => {
    const all = Object.values((await status()).regions).flatMap(({ databases }) => databases);
    for (const { reader } of all) expect(typeof reader?.lagBytes).toBe('number');
    const writers = Object.entries(report.regions).filter(([, { writer }]) => writer);
    expect(writers.map(([region]) => region)).toEqual([FRANKFURT]);
  });

  test('refuses to start a second time, and says where it runs and what to do', async () => {
    const second = await meridian('twin', 'up');
    expect(second.status).toBe(2);
    expect(second.stderr).toContain(report.console);
    expect(second.stderr).toContain('meridian twin down --name default');
    expect(second.stderr).not.toContain('    at ');
  });
});

describe('the service in three Regions', () => {
  let token: string;
  let slug: string;

  test('registers in Tokyo, written in Frankfurt', async () => {
    const user = { username: 'ada', email: 'ada@example.com', password: 'correct horse' };
    const { status: code, headers, body } = await api(TOKYO, '/users', { user });
    expect(code).toBe(201);
    expect(headers.get('x-meridian-region')).toBe(TOKYO);
    expect(headers.get('x-meridian-written-by')).toBe(FRANKFURT);
    token = String(body['user']?.['token']);
  });

  test('accepts in Frankfurt a session that was made in Tokyo', async () => {
    const session = await eventually(
      () => api(FRANKFURT, '/user', undefined, token),
      (answer) => answer.status === 200,
    );
    expect(session.body['user']).toMatchObject({ username: 'ada' });
  });

  test('posts in Tokyo, and shows it there at once', async () => {
    const article = { title: 'Hello', description: 'd', body: 'b', tagList: ['t'] };
    const posted = await api(TOKYO, '/articles', { article }, token);
    expect(posted.status).toBe(201);
    slug = String(posted.body['article']?.['slug']);
    expect((await api(TOKYO, `/articles/${slug}`)).status).toBe(200);
  });

  test('takes the way to Frankfurt and back before it answers in Tokyo', async () => {
    const article = { title: 'Far', description: 'd', body: 'b', tagList: [] };
    const took = async (region: string) => {
      const before = performance.now();
      expect((await api(region, '/articles', { article }, token)).status).toBe(201);
      return performance.now() - before;
    };
    await took(TOKYO);
    // 9,300 km, at 130 km a millisecond, there and back.
    expect(await took(TOKYO)).toBeGreaterThan(2 * 70);
  });

  test('reads in Frankfurt and in Ohio what was posted in Tokyo', async () => {
    for (const region of [FRANKFURT, 'us-east-2']) {
      const read = await eventually(
        () => api(region, `/articles/${slug}`),
        (answer) => answer.status === 200,
      );
      expect(read.body['article']).toMatchObject({ title: 'Hello', body: 'b' });
      expect(read.headers.get('x-meridian-region')).toBe(region);
    }
  });

  test('serves everywhere what was uploaded in Tokyo, from a copy where Tokyo has it no more', async () => {
    const file = Buffer.from('a picture');
    const asked = { upload: { contentType: 'image/png', size: file.length } };
    const { status: code, body } = await api(TOKYO, '/uploads', asked, token);
    expect(code).toBe(201);
    const { url, fields, mediaUrl } = body['upload'] as unknown as {
      readonly url: string;
      readonly fields: Readonly<Record<string, string>>;
      readonly mediaUrl: string;
    };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('file', new Blob([file]));
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(201);
    const read = async (region: string) => {
      const answer = await fetch(`${report.regions[region]!.url}${mediaUrl}`);
      const from = answer.headers.get('x-twin-region');
      return { status: answer.status, from, text: await answer.text() };
    };
    const served = { status: 200, text: 'a picture' };
    expect(await read(TOKYO)).toEqual({ ...served, from: TOKYO });
    const kept = (region: string) =>
      join(report.directory, 'buckets', `meridian-123456789012-${region}-uploads`, mediaUrl);
    await eventually(() => existsSync(kept(FRANKFURT)), Boolean);
    rmSync(kept(TOKYO));
    // Where the edge holds no answer yet.
    expect(await read('us-east-2')).toEqual({ ...served, from: FRANKFURT });
  });

  test('is refused by the load balancer itself without the CDN’s header', async () => {
    const { balancer } = (await status()).regions[TOKYO]!;
    const refused = await fetch(`${balancer}/api/articles`);
    expect([refused.status, await refused.text()]).toEqual([403, 'Forbidden']);
    expect((await fetch(`${balancer}/healthz`)).status).toBe(200);
  });

  test('is reached through the CDN in the Region that DNS gives the viewer', async () => {
    for (const [subnet, region] of [
      [CLIENTS.tokyo, TOKYO],
      [CLIENTS.frankfurt, FRANKFURT],
    ] as const) {
      const headers = { 'x-forwarded-for': subnet.replace('0/24', '9') };
      const answer = await fetch(`${report.edge}/api/articles`, { headers });
      expect(answer.headers.get('x-meridian-region')).toBe(region);
    }
  });

  test('has its static site at the CDN, with its own page for what is not there', async () => {
    const page = await fetch(`${report.edge}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      ...[200, 'text/html; charset=utf-8'],
    ]);
    expect((await fetch(`${report.edge}/none`)).status).toBe(404);
  });
});

describe('both kinds of compute, and the cache', () => {
  const OHIO = 'us-east-2';
  const read = async (path = '/articles') => {
    const answer = await fetch(`${report.regions[OHIO]!.url}/api${path}`);
    await answer.arrayBuffer();
    const header = (name: string) => answer.headers.get(name);
    const [compute, cache] = [header('x-twin-compute'), header('x-meridian-cache')];
    return { code: answer.status, compute, cache };
  };
  const answers = (count: number) => Promise.all(Array.from({ length: count }, () => read()));

  test('share the requests by the weights of the templates', async () => {
    const seen: (string | null)[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      seen.push(...(await answers(20)).map(({ compute }) => compute));
    }
    const servers = seen.filter((it) => it === 'server').length;
    expect(seen.filter((it) => it === 'lambda')).toHaveLength(200 - servers);
    // Of 200 with a chance of 0.8, within five standard deviations.
    expect(servers).toBeGreaterThan(160 - 29);
    expect(servers).toBeLessThan(160 + 29);
  });

  test('serve again after a server has crashed', async () => {
    const server = processesWith(join(report.directory, 'programs/server.js')).find((pid) =>
      readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MERIDIAN_REGION=${OHIO}\0`),
    )!;
    process.kill(server, 'SIGKILL');
    const after = await eventually(
      () => answers(10),
      (all) =>
        all.every(({ code }) => code === 200) && all.some(({ compute }) => compute === 'server'),
    );
    expect(new Set(after.map(({ code }) => code))).toEqual(new Set([200]));
    expect(processesWith(join(report.directory, 'programs/server.js'))).toHaveLength(3);
  });

  test('answer the second read of an article list from the Region’s cache', async () => {
    const list = () => read('/articles?limit=7');
    expect((await list()).cache).toBe('miss');
    expect((await list()).cache).toBe('hit');
    const { caches } = (await status()).regions[OHIO]!;
    expect(caches).toEqual([expect.objectContaining({ runs: true })]);
    const part = report.parts.find((it) => it.resource === 'AWS::ElastiCache::ReplicationGroup')!;
    expect(part.real).toBe(caches[0]!.real);
  });

  test('go on without the cache when it is killed', async () => {
    const { address } = (await status()).regions[OHIO]!.caches[0]!;
    process.kill(await processOf(address), 'SIGKILL');
    const ended = await eventually(status, (now) => !now.regions[OHIO]!.caches[0]!.runs);
    expect(ended.regions[OHIO]).toMatchObject({ dead: true, ended: [`cache ${OHIO}`] });
    for (const { code, cache } of await answers(20)) expect([code, cache]).toEqual([200, 'down']);
    // In compressed time the server's replacement before took long enough to be noticed.
    const served = await eventually(status, (now) => now.regions[OHIO]!.healthy === true);
    expect(served.regions[OHIO]!.healthy).toBe(true);
  });
});

describe('DNS', () => {
  test.each([
    [CLIENTS.tokyo, TOKYO],
    [CLIENTS.frankfurt, FRANKFURT],
    [CLIENTS.columbus, 'us-east-2'],
  ])('sends a client of %s to %s', async (subnet, region) => {
    expect(await dns('origin.example.com', subnet)).toEqual([addressOf(region)]);
  });

  test('answers a Region’s own name with that Region, wherever the client is', async () => {
    const { dns: name } = report.regions[TOKYO]!;
    expect(await dns(name!, CLIENTS.frankfurt)).toEqual([addressOf(TOKYO)]);
  });

  test('leaves a Region while its switch object is there, and comes back', async () => {
    const key = 'meridian-123456789012-us-east-2-switch/drained/eu-central-1';
    const object = join(report.directory, 'buckets', key);
    mkdirSync(dirname(object), { recursive: true });
    writeFileSync(object, '');
    const ask = () => dns('origin.example.com', CLIENTS.frankfurt);
    const away = await eventually(ask, ([address]) => address !== addressOf(FRANKFURT));
    expect(away).toEqual([addressOf('us-east-2')]);
    expect((await status()).regions[FRANKFURT]!.healthy).toBe(false);
    rmSync(object);
    const back = await eventually(ask, ([address]) => address === addressOf(FRANKFURT));
    expect(back).toEqual([addressOf(FRANKFURT)]);
  });
});

describe('status and page', () => {
  test('tell lag in bytes and time, and who writes', async () => {
    // A writer that was idle tells no time of the first bytes it writes.
    const known = ({ regions }: Status) => regions[TOKYO]!.databases[0]!.lagSeconds !== null;
    const now = await eventually(status, known);
    valid(statusSchema, now);
    const [standby] = now.regions[TOKYO]!.databases;
    expect(standby).toMatchObject({
      writes: false,
      lagBytes: expect.any(Number) as number,
      lagSeconds: expect.any(Number) as number,
    });
    expect(now.regions[FRANKFURT]!.databases[0]).toMatchObject({ writes: true, lagBytes: null });
  });

  test('show a page that needs nothing from elsewhere', async () => {
    const answer = await fetch(report.console);
    const page = await answer.text();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('<title>Meridian twin</title>');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  test('answer no page elsewhere that points a name at this machine', async () => {
    const headers = { host: 'rebound.example' };
    const code = await new Promise((tell, reject) => {
      get(new URL('status.json', report.console), { headers }, (answer) => {
        answer.resume();
        tell(answer.statusCode);
      }).once('error', reject);
    });
    expect(code).toBe(421);
  });

  test('tell on the command line the same', async () => {
    const told = await meridian('twin', 'status', '--json');
    valid(statusSchema, JSON.parse(told.stdout));
    expect([told.status, JSON.parse(told.stdout)]).toMatchObject([0, { console: report.console }]);
    const { stdout } = await meridian('twin', 'status');
    expect(stdout).toMatch(/us-east-2 .*checked every 10 s × 3, here 0\.5 s\n/);
  });

  test('say that a process has ended, and do not take unknown lag for zero', async () => {
    const pid = readFileSync(
      join(home, 'engines/default/meridian-main-s0-us-east-2/postmaster.pid'),
      'utf8',
    ).split('\n')[0];
    process.kill(Number(pid), 'SIGKILL');
    const after = await eventually(status, (now) => {
      const { dead, databases } = now.regions['us-east-2']!;
      return dead && databases[0]?.lagBytes === null;
    });
    expect(after.regions['us-east-2']).toMatchObject({ dead: true, writer: null });
    expect(after.regions['us-east-2']!.databases[0]).toMatchObject({
      ...{ writes: null, lagBytes: null, lagSeconds: null },
    });
  });
});

describe('the end of a twin', () => {
  test('leaves no process when its supervisor is killed', async () => {
    const ended = new Promise((tell) => supervisor.once('exit', tell));
    expect(processesWith(home).length).toBeGreaterThan(10);
    supervisor.kill('SIGKILL');
    await ended;
    expect(await gone(home)).toEqual([]);
    expect(existsSync(report.directory)).toBe(true);
    expect((await meridian('twin', 'status')).status).toBe(1);
  });

  test('lets the next start succeed, which cleans up and says so', async () => {
    progress = '';
    report = await start();
    expect(progress).toContain('cleaned up after a twin that was killed');
    expect(Object.values(report.regions).every(({ dead }) => !dead)).toBe(true);
  });

  test('names a port that was asked for and is taken, and leaves nothing behind', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const { port } = other.address() as { port: number };
    const args = ['--name', 'second', '--dns-port', String(port)];
    const assembly = join(report.directory, 'assembly');
    const refused = await meridian('twin', 'up', '--assembly', assembly, ...args);
    other.close();
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain(`127.0.0.1:${port}: the port is in use`);
    expect(existsSync(join(home, 'second'))).toBe(false);
    expect(processesWith(join(home, 'second'))).toEqual([]);
  });

  test('is orderly with `twin down`, which leaves nothing but the shared programs', async () => {
    const ended = new Promise<number | null>((tell) => supervisor.once('exit', tell));
    const down = await meridian('twin', 'down', '--json');
    valid(downSchema, JSON.parse(down.stdout));
    expect(JSON.parse(down.stdout)).toMatchObject({ stopped: 'running' });
    expect(await ended).toBe(0);
    expect(processesWith(home)).toEqual([]);
    expect(existsSync(report.directory)).toBe(false);
    expect(existsSync(join(home, 'engines/default'))).toBe(false);
    const again = await meridian('twin', 'down', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ stopped: 'nothing' });
  });
});
