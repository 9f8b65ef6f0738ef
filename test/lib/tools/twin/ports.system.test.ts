import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Report, Status } from '../../../../lib/tools/twin/run';
import { eventually, processesWith } from '../../../support/processes';
import { TestTwin } from '../../../support/twin';
import { ask } from './clients';

/** As on a machine that has no address but 127.0.0.1; two twins that start at the same time. */
jest.setTimeout(180_000);

const GREETER = join(resolve(__dirname, '../../../fixtures'), 'greeter/declaration.mjs');
const twins = [new TestTwin(), new TestTwin()] as const;
let reports: readonly Report[];

beforeAll(async () => {
  const common = ['--ports', '--time-scale', '50'];
  reports = await Promise.all([
    twins[0].start(GREETER, ...common, '--name', 'one'),
    twins[1].start('single-server', ...common, '--name', 'other'),
  ]);
});
afterAll(async () => {
  const left = await Promise.all(twins.map((twin) => twin.stop()));
  expect(left).toEqual([[], []]);
});

const status = async (report: Report): Promise<Status> =>
  (await (await fetch(new URL('status.json', report.console))).json()) as Status;

/** Whatever a status says that something listens on, as `address:port`. */
function placesIn(all: Status): readonly string[] {
  const of = Object.values(all.regions).flatMap(({ url, balancer, databases, caches }) => [
    ...[url, balancer].map((it) => new URL(it).host),
    ...[...databases, ...caches].map(({ address }) => address),
  ]);
  return [...of, `${all.dns.host}:${all.dns.port}`, new URL(all.console).host];
}

/** Addresses on which the processes of a twin listen for TCP. */
function listening(home: string): ReadonlySet<string> {
  const sockets = new Set(processesWith(home).flatMap((pid) => socketsOf(pid)));
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1);
  const addresses = rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
    const bytes = Buffer.from(local.split(':')[0] ?? '', 'hex').reverse();
    return state === '0A' && sockets.has(inode) ? [[...bytes].join('.')] : [];
  });
  return new Set(addresses);
}

function socketsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

test('everything lies on one address, and no two things on one port', async () => {
  expect(reports.map(({ layout }) => layout)).toEqual(['ports', 'ports']);
  const places = (await Promise.all(reports.map(status))).flatMap(placesIn);
  expect(new Set(places).size).toBe(places.length);
  expect(new Set(places.map((place) => place.split(':')[0]))).toEqual(new Set(['127.0.0.1']));
  for (const { home } of twins) expect([...listening(home)]).toEqual(['127.0.0.1']);
});

test('each Region serves on a port of its own, and its standby follows over the link', async () => {
  const [{ regions }] = reports as [Report];
  for (const [name, { url }] of Object.entries(regions)) {
    const answer = await fetch(new URL('/api/greeting', url));
    expect(await answer.json()).toMatchObject({ from: name });
  }
  const follows = async () => (await status(reports[0]!)).regions['us-west-2']?.databases[0];
  const standby = await eventually(follows, (it) => it?.lagBytes === 0);
  expect(standby?.writes).toBe(false);
});

test('DNS still tells the Regions apart', async () => {
  const [{ dns, regions }] = reports as [Report];
  const seen = await Promise.all(
    Object.values(regions).map((region) => ask(dns, region.dns ?? '', '192.0.2.0/24')),
  );
  expect(seen).toEqual([['127.1.0.80'], ['127.2.0.80']]);
});

test('the other twin serves as well', async () => {
  const [region] = Object.values(reports[1]!.regions);
  const answer = await fetch(new URL('/healthz', region?.url));
  expect(answer.status).toBe(200);
});
