import { loadAssembly } from '../../../../../lib/tools/assembly';
import type { Assembly } from '../../../../../lib/tools/assembly';
import { REGIONS } from '../../../../../lib/config';
import { geoReport } from '../../../../../lib/tools/operations/geo';
import type { GeoReport } from '../../../../../lib/tools/operations/geo';
import { askDns } from '../../../../../lib/tools/operations/geo/private/ask-dns';
import { failingFast } from '../../../../../lib/tools/operations/geo/private/resolver';
import { worldMap } from '../../../../../lib/tools/operations/geo/private/map';
import type { DnsServer } from '../../../../../lib/tools/twin/dns';
import { recordSets, startDns } from '../../../../../lib/tools/twin/dns';
import { Fixtures, assemblyFiles } from '../../assembly/fixture';
import { ADDRESSES, EDGE, world } from './world';

const HOST = '127.0.53.9';
const fixtures = new Fixtures();
const servers: DnsServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  fixtures.remove();
});

const assemblyOf = (stacks: ReturnType<typeof world>): Assembly =>
  loadAssembly(fixtures.write(assemblyFiles(stacks)));

/** The twin's own server, on the records of an assembly. */
async function serve(
  assembly: Assembly,
  healthy: (key: string) => boolean = () => true,
): Promise<{ readonly host: string; readonly port: number }> {
  const { records } = recordSets(assembly, ({ resource, attribute }) => {
    if (attribute === 'DomainName') return EDGE;
    return attribute === 'DNSName'
      ? ADDRESSES[assembly.resource(resource)?.stack.region ?? '']
      : undefined;
  });
  const server = await startDns({
    ...{ address: HOST, port: 0, zones: ['example.com'], records, healthy },
    coordinates: REGIONS,
  });
  servers.push(server);
  return { host: HOST, port: server.port };
}

const ask = (place: { readonly host: string; readonly port: number }) => ({
  asked: { kind: 'dns', at: `${place.host}:${place.port}` } as const,
  resolver: failingFast(askDns(place)),
  knowsVantages: true,
  atOnce: 32,
});
const sightsOf = (report: GeoReport, id: string) =>
  report.clients.find(({ client }) => client.id === id)!.sights;

test('the twin answers every country and city as the templates say, in both hops', async () => {
  const assembly = assemblyOf(world());
  const report = await geoReport(assembly, { ask: ask(await serve(assembly)) });
  expect(report.hops.map(({ name, kind, policy }) => `${kind} ${name} ${policy}`)).toEqual([
    'edge example.com simple',
    'origin origin.example.com latency',
  ]);
  // Six countries have no network that the database places there, so nobody can be asked for them.
  expect(report.summary).toMatchObject({ differs: 0, unknown: 0, near: 0, unserved: 0 });
  expect(report.summary['not-asked']).toBe(6);
  expect(report.summary.expected).toBeGreaterThan(500);
  expect(sightsOf(report, 'Tokyo').map(({ answered }) => answered)).toEqual([
    ['edge'],
    ['ap-northeast-1'],
  ]);
});

test('a record that leads to the wrong Region is found, for exactly those whom it misleads', async () => {
  const planted = assemblyOf(
    world((region) => ({ Region: region === 'ap-northeast-1' ? 'sa-east-1' : region })),
  );
  const report = await geoReport(assemblyOf(world()), { ask: ask(await serve(planted)) });
  expect(sightsOf(report, 'Tokyo')[1]).toMatchObject({
    expected: [{ target: 'ap-northeast-1', share: 1 }],
    verdict: 'differs',
  });
  expect(sightsOf(report, 'BR')[1]).toMatchObject({
    answered: ['ap-northeast-1'],
    verdict: 'differs',
  });
  expect(sightsOf(report, 'DE')[1]?.verdict).toBe('expected');
  const map = worldMap(report);
  expect(map).toMatch(/class="land amiss" d="[^"]+"><title>BR: us-east-2</);
  expect(map).toMatch(/class="land" d="[^"]+"><title>DE: eu-central-1</);
});

test('a Region that the checks found dead is expected to be left out', async () => {
  const assembly = assemblyOf(world());
  const place = await serve(assembly, (key) => key !== 'Service-eu-central-1/Serving');
  const asIfWell = await geoReport(assembly, { only: ['DE'], ask: ask(place) });
  expect(sightsOf(asIfWell, 'DE')[1]).toMatchObject({
    answered: ['us-east-2'],
    verdict: 'differs',
  });
  const lost = await geoReport(assembly, { only: ['DE'], lost: ['eu-central-1'], ask: ask(place) });
  expect(sightsOf(lost, 'DE')[1]).toMatchObject({ verdict: 'expected', served: true });
});

test.each([
  [
    'geolocation',
    (_: string, at: number) => ({
      GeoLocation: [{ ContinentCode: 'EU' }, { CountryCode: '*' }, { CountryCode: 'JP' }][at],
    }),
  ],
  ['weighted', (_: string, at: number) => ({ Weight: at })],
  [
    'geoproximity',
    (AWSRegion: string, at: number) => ({ GeoProximityLocation: { AWSRegion, Bias: at * -40 } }),
  ],
  [
    'ip-based',
    (_: string, at: number) => ({
      CidrRoutingConfig: {
        CollectionId: { Ref: 'Networks' },
        LocationName: ['*', 'some', 'more'][at],
      },
    }),
  ],
  ['failover', (_: string, at: number) => ({ Failover: at === 0 ? 'PRIMARY' : 'SECONDARY' })],
  ['multivalue', () => ({ MultiValueAnswer: true })],
])('the twin answers %s records as expected everywhere', async (policy, routed) => {
  const stacks = world(routed);
  // Failover knows two.
  if (policy === 'failover') delete stacks['Service-ap-northeast-1'];
  const assembly = assemblyOf(stacks);
  const report = await geoReport(assembly, { ask: ask(await serve(assembly)) });
  expect(report.hops[1]?.policy).toBe(policy);
  expect(report.summary).toMatchObject({ differs: 0, unknown: 0, unserved: 0 });
});

test('a place without a default location is served by nobody, and told', async () => {
  const nowhere = world((_, at) => ({ GeoLocation: { ContinentCode: ['EU', 'NA', 'AS'][at] } }));
  const report = await geoReport(assemblyOf(nowhere), { only: ['BR', 'DE'] });
  expect(sightsOf(report, 'BR')[1]).toMatchObject({ expected: [], served: false });
  expect(report.summary).toMatchObject({ unserved: 1, 'not-asked': 4 });
});

test('a server that is not there leaves everything unknown, soon', async () => {
  const started = Date.now();
  const report = await geoReport(assemblyOf(world()), { ask: ask({ host: HOST, port: 9 }) });
  expect(report.summary).toMatchObject({ expected: 0, differs: 0 });
  expect(report.summary.unknown).toBeGreaterThan(500);
  expect(sightsOf(report, 'DE')[1]?.reason).toMatch(/ECONNREFUSED/);
  expect(Date.now() - started).toBeLessThan(10_000);
});
