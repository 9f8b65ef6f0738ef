import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { Client } from 'pg';
import { makeTrust } from '../../../../lib/tools/twin/certificates';
import type { Report, Status } from '../../../../lib/tools/twin/run';
import { TestTwin } from '../../../support/twin';
import { callApi } from './clients';

/** The workload behind the proxies of a real twin. */
jest.setTimeout(120_000);

const twin = new TestTwin();
let report: Report;

beforeAll(async () => {
  report = await twin.start('strong', '--time-scale', '20');
});
afterAll(async () => {
  expect(await twin.stop()).toEqual([]);
});

const status = async () =>
  (await (await fetch(new URL('/status.json', report.console))).json()) as Status;

const pools = async () => {
  const { regions } = await status();
  return Object.values(regions).flatMap(({ databases }) =>
    databases.flatMap(({ proxy }) => proxy?.pool ?? []),
  );
};

const post = (region: string, path: string, body: unknown, token?: string) =>
  callApi(report.regions[region]?.url ?? '', path, body, token);

test('writes of every Region pass the proxies, and pin none of their connections', async () => {
  const regions = Object.keys(report.regions);
  for (const [at, region] of regions.entries()) {
    const user = { username: `user${at}`, email: `user${at}@example.com`, password: 'long enough' };
    const registered = await post(region, '/users', { user });
    expect(registered.status).toBe(201);
    const token = String(registered.body['user']?.['token']);
    const article = { title: `From ${region}`, description: 'd', body: 'b', tagList: ['proxied'] };
    const posted = await Promise.all(
      Array.from({ length: 10 }, () => post(region, '/articles', { article }, token)),
    );
    expect(posted.map(({ status }) => status)).toEqual(posted.map(() => 201));
    const slug = String(posted[0]?.body['article']?.['slug']);
    const comment = { body: 'through the proxy' };
    const commented = await post(region, `/articles/${slug}/comments`, { comment }, token);
    expect(commented.status).toBeLessThan(300);
  }
  const all = await pools();
  expect(all.length).toBe(regions.length);
  for (const pool of all) expect(pool).toMatchObject({ pinned: 0, waiting: 0, timedOut: 0 });
  expect(Math.max(...all.map(({ clients }) => clients))).toBeGreaterThan(1);
});

test('who asks a proxy for no TLS is refused, and its servers come by nothing else', async () => {
  const [region] = Object.keys(report.regions);
  const [{ proxy } = {}] = (await status()).regions[region ?? '']?.databases ?? [];
  const [host, port] = proxy?.address.split(':') ?? [];
  const user = { user: 'anybody', password: 'wrong', database: 'postgres' };
  const come = async (ssl: ConnectionOptions | false) => {
    const client = new Client({ ...user, host: host ?? '', port: Number(port), ssl });
    client.on('error', () => undefined);
    return await client.connect().catch((error: unknown) => String(error));
  };
  const ca = readFileSync(join(report.directory, 'authority.pem'), 'utf8');
  expect(await come(false)).toContain('requires TLS');
  expect(await come({ ca, servername: 'localhost' })).toContain('password authentication failed');
  expect(await come({ ca: makeTrust([]).authority, servername: 'localhost' })).toMatch(
    /certificate/,
  );
});
