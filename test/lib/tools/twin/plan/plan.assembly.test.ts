import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../../../../lib/tools/assembly';
import type { Assembly } from '../../../../../lib/tools/assembly';
import { planTwin, surveyAssembly } from '../../../../../lib/tools/twin/plan';
import type { RegionPlaces, Survey, TwinPlan } from '../../../../../lib/tools/twin/plan';
import { synthesized } from '../../../../support/assembly';

jest.setTimeout(60_000);

let assembly: Assembly;
let survey: Survey;
let plan: TwinPlan;

const TOKYO = 'ap-northeast-1';
const place = (region: number, host: number, port: number) => ({
  address: `127.${region}.0.${host}`,
  port,
});

beforeAll(async () => {
  assembly = loadAssembly((await synthesized()).directory);
  survey = surveyAssembly(assembly);
  const places = survey.regions.map((region, at): RegionPlaces => {
    const keys = survey.databases[region] ?? [];
    return {
      region,
      databases: new Map(keys.map((key) => [key, place(at + 1, 10, 6000)])),
      tables: place(at + 1, 20, 8000),
      gateway: place(at + 1, 80, 8080),
      edge: place(at + 1, 80, 8081),
    };
  });
  plan = planTwin(assembly, { places, marker: { MARK: 'x' } });
});

const region = (name: string) => plan.regions.find((it) => it.name === name)!;
const serviceOf = (name: string) => Object.values(region(name).functions)[0]!;

describe('the survey', () => {
  test('finds the Regions that serve, and one database cluster in each', () => {
    expect(survey.regions).toEqual(['eu-central-1', 'us-east-2', TOKYO]);
    for (const keys of Object.values(survey.databases)) expect(keys).toHaveLength(1);
  });

  test('names every type of the templates once, with how it is run', () => {
    const types = new Set(assembly.resources().map(({ type }) => type));
    types.delete('AWS::CDK::Metadata');
    expect(survey.parts.map(({ resource }) => resource).sort()).toEqual([...types].sort());
    for (const { real, state, engine } of survey.parts) {
      expect(real).toBe(state === 'real');
      expect(engine).not.toBe('');
    }
  });
});

describe('the plan of the reference', () => {
  test('has one writer, in the birth Region, with the generated credentials of its secret', () => {
    const writers = plan.databases.filter(({ role }) => role === 'writer');
    expect(writers.map((it) => it.region)).toEqual(['eu-central-1']);
    const secret = plan.secrets.find(({ name }) => name.endsWith('/master'));
    expect(writers[0]?.master).toEqual(JSON.parse(secret!.value));
    expect(new Set(plan.databases.map(({ group }) => group)).size).toBe(1);
  });

  test('gives migrations local endpoints, with the local port in place of 5432', () => {
    const [migration] = region(TOKYO).migrations;
    expect(migration?.properties).toMatchObject({
      Clusters: { 'main.s0': { writer: '127.3.0.10:6000', reader: '127.3.0.10:6000' } },
    });
  });

  test('rewrites the peers’ names to their local load balancers', () => {
    expect(serviceOf(TOKYO).environment['PEER_URLS']).toBe(
      'eu-central-1=http://127.1.0.80:8080,us-east-2=http://127.2.0.80:8080,' +
        'ap-northeast-1=http://127.3.0.80:8080',
    );
  });

  test('leaves no name of AWS or of the zone in the service’s environment', () => {
    for (const { name } of plan.regions) {
      const text = JSON.stringify(serviceOf(name).environment);
      expect(text).not.toMatch(/amazonaws\.com|example\.com|\{\{resolve:|\$\{Token/);
    }
  });

  test('asks for no TLS to the databases, and marks the processes', () => {
    expect(serviceOf(TOKYO).environment).toMatchObject({ DATABASE_TLS: 'disable', MARK: 'x' });
    expect(serviceOf(TOKYO).environment).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
  });

  test('runs the bundles of the assembly', () => {
    for (const { functions, migrations } of plan.regions) {
      for (const { directory } of [
        ...Object.values(functions),
        ...migrations.map(({ of }) => of),
      ]) {
        expect(existsSync(join(directory, 'index.mjs'))).toBe(true);
      }
    }
  });

  test('demands the same secret at the load balancer that the CDN sends', () => {
    const secret = plan.secrets.find(({ name }) => name.endsWith('/origin'))!.value;
    const conditions = region(TOKYO).balancer.listener.rules.flatMap((rule) => rule.conditions);
    expect(conditions).toContainEqual({
      ...{ field: 'http-header', name: 'x-origin-verify', values: [secret] },
    });
    expect(plan.edge?.behaviors[0]).toMatchObject({
      pattern: '/api/*',
      target: { host: 'origin.example.com', headers: { 'x-origin-verify': secret } },
    });
    expect(region(TOKYO).balancer.listener.defaultAction).toMatchObject({ status: 403 });
  });

  test('probes every Region at its own load balancer, and its switch in another Region', () => {
    const urls = plan.healthChecks.flatMap((it) => (it.kind === 'endpoint' ? [it.url] : []));
    expect(urls.sort()).toEqual(
      [1, 2, 3]
        .map((at) => `http://127.${at}.0.80:8080/readyz`)
        .concat(
          'http://127.2.0.20:8000/drained/eu-central-1',
          'http://127.3.0.20:8000/drained/us-east-2',
          'http://127.1.0.20:8000/drained/ap-northeast-1',
        )
        .sort(),
    );
  });

  test('knows which health check decides on a Region, and the Region’s own name', () => {
    const { host, healthCheck } = plan.steeringOf(region(TOKYO).balancer.key);
    expect(host).toBe('ap-northeast-1.origin.example.com');
    const check = plan.healthChecks.find(({ key }) => key === healthCheck);
    expect(check).toMatchObject({ kind: 'calculated', threshold: 2 });
  });

  test('replicates tables to every Region, but for the strongly consistent one', () => {
    const strong = plan.tables.filter((table) => table.strong);
    expect(strong.map(({ name }) => name)).toEqual(['meridian-topology']);
    for (const table of plan.tables.filter((it) => !it.strong)) {
      expect([...table.regions].sort()).toEqual([...survey.regions].sort());
    }
  });
});
