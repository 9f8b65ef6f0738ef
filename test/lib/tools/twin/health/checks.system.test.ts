import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HealthCheckConfig } from '../../../../../lib/tools/twin/health';
import { HealthChecks } from '../../../../../lib/tools/twin/health';
import { eventually } from '../../../../support/processes';

/** Checks of a real endpoint: 10 s between probes and three failures, fifty times as fast. */
const SCALE = 50;
let server: Server;
let status = 200;
/** Of each probe since the last change: its host and path, and what it was answered. */
const asked: string[] = [];
/** Answers to the plain check when its state turned. */
let atTurn: readonly string[] = [];
let checks: HealthChecks;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.headers.host} ${request.url} ${status}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const endpoint = { kind: 'endpoint', host: 'here.example.com', failureThreshold: 3 } as const;
  const url = `http://127.0.0.1:${port}/plain`;
  const other = `http://127.0.0.1:${port}/inverted`;
  const configs: readonly HealthCheckConfig[] = [
    { key: 'plain', ...endpoint, url, intervalSeconds: 10, inverted: false },
    { key: 'inverted', ...endpoint, url: other, intervalSeconds: 10, inverted: true },
    {
      key: 'both',
      kind: 'calculated',
      children: ['plain', 'inverted'],
      threshold: 2,
      inverted: false,
    },
    {
      key: 'nobody',
      ...endpoint,
      url: 'http://127.0.0.1:1/',
      intervalSeconds: 10,
      inverted: false,
    },
  ];
  let last: boolean | undefined;
  checks = new HealthChecks(configs, SCALE, () => {
    if (checks.state('plain') === last) return;
    last = checks.state('plain');
    atTurn = asked.filter((it) => it.includes('/plain'));
  });
});
afterEach(() => {
  checks.stop();
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const states = () => ['plain', 'inverted', 'both', 'nobody'].map((key) => checks.state(key));

/** Answers otherwise from now on. @returns answers to the plain check until it has turned */
async function turn(to: number, healthy: boolean): Promise<readonly string[]> {
  status = to;
  asked.length = 0;
  await eventually(
    () => checks.state('plain'),
    (state) => state === healthy,
  );
  return atTurn;
}

test('a check tells how it finds out, a calculated one by the slowest that it is made of', () => {
  const clock = { intervalSeconds: 10, failureThreshold: 3 };
  const slow = { ...clock, intervalSeconds: 30 };
  const base = {
    kind: 'endpoint',
    inverted: false,
    url: 'http://127.0.0.1:1/',
    host: 'x',
  } as const;
  const more = new HealthChecks(
    [
      { ...base, ...clock, key: 'quick' },
      { ...base, ...slow, key: 'slow' },
      {
        kind: 'calculated',
        key: 'both',
        inverted: false,
        children: ['quick', 'slow'],
        threshold: 1,
      },
    ],
    SCALE,
  );
  expect(['quick', 'both', 'none'].map((key) => more.clock(key))).toEqual([clock, slow, undefined]);
});

test('a check is not known before its first answer, and each has its own state then', async () => {
  expect(states()).toEqual([undefined, undefined, undefined, undefined]);
  checks.start();
  const known = await eventually(states, (all) => all.every((it) => it !== undefined));
  expect(known).toEqual([true, false, false, false]);
  expect(asked).toContain('here.example.com /plain 200');
});

test('it probes at the configured interval, as much faster as time runs', async () => {
  status = 200;
  asked.length = 0;
  checks.start();
  await sleep(1_100);
  checks.stop();
  const probes = asked.filter((it) => it.includes('/plain')).length;
  // At once, and then each 10 s ÷ 50; a busy machine comes late, and never too soon.
  expect(probes).toBeLessThanOrEqual(6);
  expect(probes).toBeGreaterThanOrEqual(3);
});

test('a state turns after so many answers in a row as the threshold says, and no sooner', async () => {
  status = 200;
  checks.start();
  await eventually(
    () => asked.length,
    (count) => count > 4,
  );
  const failing = await turn(500, false);
  expect(failing.filter((it) => it.endsWith('500')).length).toBeGreaterThanOrEqual(3);
  expect(checks.state('inverted')).toBeDefined();
  const back = await turn(302, true);
  expect(back.filter((it) => it.endsWith('302')).length).toBeGreaterThanOrEqual(3);
});
