import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Ajv from 'ajv';
import schema from '../../../../../docs/schemas/geo.schema.json';
import networks from '../../../../../lib/tools/operations/geo/data/networks.json';
import type { GeoReport } from '../../../../../lib/tools/operations/geo';
import { Route53 } from '../../../../../lib/tools/operations/geo/private/route53';
import { runMeridian } from '../../../../support/command';
import { Fixtures, assemblyFiles } from '../../assembly/fixture';
import type { Account, Route53Server } from './route53-server';
import { route53Server } from './route53-server';
import { ADDRESSES, EDGE, world } from './world';

const ROOT = resolve(__dirname, '../../../../..');
jest.setTimeout(60_000);

const fixtures = new Fixtures();
const assembly = fixtures.write(assemblyFiles(world()));
afterAll(() => {
  fixtures.remove();
});

const check = (region: string, name: 'Endpoint' | 'Switch'): string =>
  '<Port>443</Port><Type>HTTPS</Type>' +
  (name === 'Endpoint'
    ? `<ResourcePath>/readyz</ResourcePath><FullyQualifiedDomainName>${region}.origin.example.com</FullyQualifiedDomainName>`
    : `<ResourcePath>/drained</ResourcePath><FullyQualifiedDomainName>switch-of-${region}.example.net</FullyQualifiedDomainName>`) +
  `<Inverted>${name === 'Switch'}</Inverted>`;
const well = ['Success: HTTP Status Code 200, OK'];
const away = ['Failure: HTTP Status Code 404, Not Found'];

/** Healthy everywhere; Germany, Japan and the United States are answered well. */
const account = (changes: Partial<Account> = {}): Account => ({
  zones: {
    // Before the public one, which so stands on the second page.
    Z01: { name: 'example.com.', isPrivate: true },
    Z02: { name: 'example.com.', isPrivate: true },
    Z8: { name: 'another.org.' },
    Z1: { name: 'example.com.' },
    Z7: { name: 'example.net.' },
  },
  checks: Object.fromEntries(
    Object.keys(ADDRESSES).flatMap((region) => [
      [`e-${region}`, { config: check(region, 'Endpoint'), statuses: well }],
      [`s-${region}`, { config: check(region, 'Switch'), statuses: away }],
    ]),
  ),
  answer: (name, network) => {
    if (name === 'example.com') return [EDGE];
    const own = Object.entries(ADDRESSES).find(([region]) => name.startsWith(region));
    if (own !== undefined) return [own[1]];
    const at = { [networks.DE]: 'eu-central-1', [networks.JP]: 'ap-northeast-1' }[network];
    return [ADDRESSES[at ?? 'us-east-2'] ?? ''];
  },
  ...changes,
});

let server: Route53Server;
afterEach(() => {
  server.close();
});

interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const env = (): NodeJS.ProcessEnv => ({
  ...{ PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' },
  AWS_ENDPOINT_URL_ROUTE_53: server.url,
});

/** The command, in this process; its API is the local server. */
function geo(...args: string[]): Promise<Outcome> {
  // The SDK reads its process's own.
  Object.assign(process.env, env());
  return runMeridian(['geo', assembly, '--rate', '500', ...args], { cwd: ROOT, env: env() });
}

/** The command line as a process. */
function asProcess(...args: string[]): Promise<Outcome> {
  const command = [join(ROOT, 'bin/meridian.js'), 'geo', assembly, '--rate', '500', ...args];
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { env: env() }, (_, stdout, stderr) => {
      done({ exitCode: child.exitCode, stdout, stderr });
    });
  });
}
const validate = new Ajv().compile(schema);
function reportOf({ stdout }: Outcome): GeoReport {
  const report = JSON.parse(stdout) as GeoReport;
  expect(validate(report) || validate.errors).toBe(true);
  return report;
}
const state = (report: GeoReport, key: string) =>
  report.health.find((it) => it.check === key)?.state;

test('asked by client network, each country gets what it should, and checks are healthy', async () => {
  server = await route53Server(account());
  const svg = join(assembly, 'map.svg');
  const options = ['--only', 'DE,JP,US,Tokyo', '--json', '--svg', svg];
  const outcome = await asProcess('--route53', ...options);
  const report = reportOf(outcome);
  expect(report.summary).toMatchObject({ expected: 7, differs: 0, unknown: 0, 'not-asked': 1 });
  expect(report.health).toHaveLength(9);
  expect(report.health.every((it) => it.state === 'healthy')).toBe(true);
  expect(outcome.exitCode).toBe(0);
  const asked = server.requests
    .filter((it) => it.includes('edns0clientsubnetip'))
    .map((it) => Object.fromEntries(new URL(it, server.url).searchParams));
  expect(asked).toContainEqual({
    ...{ hostedzoneid: 'Z1', recordname: 'origin.example.com', recordtype: 'A' },
    ...{ resolverip: '8.8.8.8', edns0clientsubnetip: networks.DE, edns0clientsubnetmask: '24' },
  });
  // Six checks come on three pages; the private zone of the same name is not asked.
  expect(server.requests.filter((it) => /\/healthcheck(\?|$)/.test(it))).toHaveLength(3);
  expect(readFileSync(svg, 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  rmSync(svg);
});

test('a drained Region is unhealthy with its last reasons, and expected to be left out', async () => {
  const { checks, ...rest } = account();
  const drained = { ...checks['s-us-east-2']!, statuses: well };
  const broken = { ...checks['e-ap-northeast-1']!, statuses: ['Failure: connection timed out'] };
  server = await route53Server({
    ...rest,
    checks: { ...checks, 's-us-east-2': drained, 'e-ap-northeast-1': broken },
  });
  const outcome = await geo('--route53', '--only', 'DE,US', '--json');
  const report = reportOf(outcome);
  expect(state(report, 'Service-us-east-2/Switch')).toBe('unhealthy');
  expect(state(report, 'Service-us-east-2/Serving')).toBe('unhealthy');
  expect(report.health.find((it) => it.check === 'Service-ap-northeast-1/Endpoint')).toMatchObject({
    state: 'unhealthy',
    failures: [{ from: 'us-west-1', status: 'Failure: connection timed out' }],
  });
  const us = report.clients.find(({ client }) => client.id === 'US')!.sights[1];
  expect(us).toMatchObject({ expected: [{ target: 'eu-central-1' }], verdict: 'differs' });
  expect(outcome.exitCode).toBe(1);
});

test('an API that refuses leaves everything unknown, never healthy', async () => {
  server = await route53Server(account());
  server.refuse();
  const outcome = await geo('--route53', '--only', 'DE', '--json');
  const report = reportOf(outcome);
  expect(report.summary).toMatchObject({ expected: 0, unknown: 2 });
  expect(new Set(report.health.map((it) => it.state))).toEqual(new Set(['unknown']));
  expect(report.health[0]?.reason).toContain('InvalidClientTokenId');
  expect(outcome.exitCode).toBe(1);
});

test('a check that the account has twice or not at all is unknown, and so is what counts it', async () => {
  const { checks, ...rest } = account();
  const without = Object.fromEntries(Object.entries(checks).filter(([id]) => id !== 'e-us-east-2'));
  server = await route53Server({
    ...rest,
    checks: { ...without, twin: checks['s-eu-central-1']! },
  });
  const report = reportOf(await geo('--route53', '--only', 'DE', '--json'));
  expect(state(report, 'Service-us-east-2/Endpoint')).toBe('unknown');
  expect(state(report, 'Service-us-east-2/Serving')).toBe('unknown');
  expect(state(report, 'Service-eu-central-1/Switch')).toBe('unknown');
});

describe('the client', () => {
  const api = (maxAttempts = 4): Route53 => {
    process.env.AWS_ENDPOINT_URL_ROUTE_53 = server.url;
    process.env.AWS_ACCESS_KEY_ID = 'a';
    process.env.AWS_SECRET_ACCESS_KEY = 'b';
    return new Route53({ requestsPerSecond: 1000, maxAttempts });
  };

  test('tries again when it is throttled, and gives up in the end', async () => {
    server = await route53Server(account());
    server.throttle(2);
    const patient = api();
    expect(await patient.zoneId('example.com')).toBe('Z1');
    expect(server.requests.length).toBeGreaterThan(3);
    server.throttle(9);
    await expect(api(2).zoneId('example.com')).rejects.toThrow(/Throttling: Rate exceeded/);
  });

  test('finds a zone on a later page, and asks which of two of the same name', async () => {
    const zones = { ...account().zones, Z2: { name: 'example.com.' } };
    server = await route53Server(account({ zones }));
    await expect(api().zoneId('example.com')).rejects.toThrow(/2 zones example\.com: --zone/);
    await expect(api().zoneId('example.dev')).rejects.toThrow(/no public zone example\.dev/);
  });

  test('lets four requests a second pass by default', async () => {
    server = await route53Server(account());
    api();
    const paced = new Route53({ maxAttempts: 1 });
    const started = performance.now();
    await Promise.all(
      [1, 2, 3, 4].map(() => paced.answer('Z1', 'example.com', undefined, '8.8.8.8')),
    );
    expect(performance.now() - started).toBeGreaterThan(700);
  });
});

describe('bad input', () => {
  beforeEach(async () => {
    server = await route53Server(account());
  });

  test.each([
    [
      ['--lose', 'eu-central-2', 'mars-1'],
      /--lose must name Regions of .*, got: eu-central-2 \(did you mean eu-central-1\?\), mars-1\n/,
    ],
    [['--only', 'DE,Atlantis'], /--only takes two-letter country codes and .*got: Atlantis/],
    [['--dns', 'somewhere'], /It must be an address and a port/],
    [['--dns', '127.0.0.1:5353', '--route53'], /choose one/],
    [['--svg', join(assembly, 'manifest.json/map.svg')], /the map cannot be written/],
  ])('%j ends with 2 and says what is allowed', async (args, message) => {
    const outcome = await geo(...args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stdout).toBe('');
  });

  test('without asking anybody it tells what should be, and ends with 0', async () => {
    const outcome = await geo('--lose', 'eu-central-1');
    expect(outcome.stdout).toContain('us-east-2');
    expect(outcome.stdout).toMatch(/without eu-central-1\./);
    expect(outcome.exitCode).toBe(0);
    expect(server.requests).toEqual([]);
  });
});
