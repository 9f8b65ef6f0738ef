import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../../../../lib/tools/assembly';
import type { Assembly } from '../../../../../lib/tools/assembly';
import { planTwin, surveyAssembly } from '../../../../../lib/tools/twin/plan';
import type { Survey, TwinPlan } from '../../../../../lib/tools/twin/plan';
import { synthesized } from '../../../../support/assembly';
import { placesOf } from '../../../../support/twin-places';

jest.setTimeout(60_000);

let assembly: Assembly;
let survey: Survey;
let plan: TwinPlan;

const TOKYO = 'ap-northeast-1';

beforeAll(async () => {
  assembly = loadAssembly((await synthesized()).directory);
  survey = surveyAssembly(assembly, { real: true, label: 'a cache' });
  plan = planned(assembly);
});

function planned(of: Assembly, zones = false): TwinPlan {
  return planTwin(of, {
    ...{
      places: placesOf(survey),
      marker: { MARK: 'x' },
      authority: '/twin/authority.pem',
      timeScale: 10,
      zones,
    },
    // As the link does: Region number i sees number j on 127.i.(100 + j).
    via: (from, { address, port }) => {
      const [, at = ''] = address.split('.');
      const here = survey.regions.indexOf(from) + 1;
      const host = address.split('.')[3] ?? '';
      return Number(at) === here
        ? { address, port }
        : { address: `127.${here}.${100 + Number(at)}.${host}`, port };
    },
  });
}

const region = (name: string) => plan.regions.find((it) => it.name === name)!;
const serviceOf = (name: string) => Object.values(region(name).functions)[0]!;
const serversOf = (name: string) => Object.values(region(name).servers)[0]!;

describe('the survey', () => {
  test('finds the Regions that serve, and one database cluster and cache in each', () => {
    expect(survey.regions).toEqual(['eu-central-1', 'us-east-2', TOKYO]);
    const { databases, caches } = survey;
    for (const keys of [...Object.values(databases), ...Object.values(caches)]) {
      expect(keys).toHaveLength(1);
    }
  });

  test('counts every resource of the templates once, with how it is run', () => {
    const types = assembly.resources().map(({ type }) => type);
    const counts = new Map<string, number>();
    for (const { resource, count } of survey.parts) {
      counts.set(resource, (counts.get(resource) ?? 0) + count);
    }
    for (const type of new Set(types)) {
      const included = types.filter((it) => it === type).length;
      if (type !== 'AWS::CDK::Metadata') expect([type, counts.get(type)]).toEqual([type, included]);
      counts.delete(type);
    }
    expect([...counts]).toEqual([]);
    for (const { real, state, engine } of survey.parts) {
      expect(real).toBe(state === 'real');
      expect(engine).not.toBe('');
    }
  });

  test('tells functions that run from those that do not', () => {
    const functions = survey.parts.filter(({ resource }) => resource === 'AWS::Lambda::Function');
    const all = assembly.resources({ type: 'AWS::Lambda::Function' }).length;
    // In each Region one that serves, one that migrates, one behind a queue, and three jobs.
    expect(functions.map(({ state, count }) => [state, count])).toEqual([
      ['emulated', 18],
      ['not run', all - 18],
    ]);
  });

  test('says of a cache what will serve in its place', () => {
    const stateOf = (real: boolean) =>
      surveyAssembly(assembly, { real, label: 'as told' }).parts.find(
        ({ resource }) => resource === 'AWS::ElastiCache::ReplicationGroup',
      );
    expect(stateOf(true)).toMatchObject({ state: 'real', count: 3 });
    expect(stateOf(false)).toMatchObject({ state: 'emulated', real: false });
    expect(stateOf(false)?.engine).toContain('as told');
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

  test('gives migrations local endpoints, the reader its own, with local ports in place of 5432', () => {
    const [migration] = region(TOKYO).migrations;
    expect(migration?.properties).toMatchObject({
      Clusters: { 'main.s0': { writer: '127.3.0.10:6000', reader: '127.3.0.10:6001' } },
    });
  });

  test('rewrites the peers’ names to the ways that lead to them, and its own to itself', () => {
    for (const { environment } of [serviceOf(TOKYO), serversOf(TOKYO)]) {
      expect(environment['PEER_URLS']).toBe(
        'eu-central-1=http://127.3.101.80:8080,us-east-2=http://127.3.102.80:8080,' +
          'ap-northeast-1=http://127.3.0.80:8080',
      );
    }
  });

  test('lets health checkers go to a Region without the link', () => {
    const hosts = plan.healthChecks.flatMap((it) => (it.kind === 'endpoint' ? [it.url] : []));
    expect(hosts.map((url) => new URL(url).hostname)).not.toContainEqual(
      expect.stringMatching(/^127\.\d+\.10\d\./),
    );
  });

  test('leaves no name of AWS or of the zone in the service’s environment', () => {
    for (const { name } of plan.regions) {
      const text = JSON.stringify([serviceOf(name).environment, serversOf(name).environment]);
      expect(text).not.toMatch(/amazonaws\.com|example\.com|\{\{resolve:|\$\{Token/);
    }
  });

  test('trusts the twin’s own authority with TLS to databases, and marks the processes', () => {
    for (const { environment } of [serviceOf(TOKYO), serversOf(TOKYO)]) {
      const tls = { DATABASE_TLS: 'verify-full', NODE_EXTRA_CA_CERTS: '/twin/authority.pem' };
      expect(environment).toMatchObject({ ...tls, MARK: 'x' });
    }
  });

  test('gives servers what functions have, the bootstrap’s own variables apart', () => {
    const { environment: given } = serviceOf(TOKYO);
    const { environment } = serversOf(TOKYO);
    const own = /^(BOOTSTRAP_|AWS_LAMBDA_)/;
    const names = Object.keys(given).filter((name) => !own.test(name));
    expect(Object.keys(environment).sort()).toEqual(names.sort());
    for (const name of names) expect([name, environment[name]]).toEqual([name, given[name]]);
  });

  test('runs the module of the server’s asset, with the digest that its bytes have', () => {
    const { file, sha256, port, address } = serversOf(TOKYO);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(sha256);
    expect([port, address]).toEqual([8080, '127.3.0.90']);
  });

  test('takes a deployment back whose servers fail, as the circuit breaker of its service', () => {
    expect(serversOf(TOKYO).circuitBreaker).toBe(true);
  });

  test('shares requests among functions and servers by the weights of the rules', () => {
    const { listener, targetGroups } = region(TOKYO).balancer;
    for (const { action, conditions } of listener.rules) {
      const shares = action.kind === 'forward' ? action.targetGroups : [];
      const isLive = conditions.some(({ values }) => values.includes('/api/ws'));
      expect(shares.map((it) => [targetGroups[it.targetGroup]?.kind, it.weight])).toEqual([
        // No function keeps a connection open.
        ...(isLive ? [] : [['function', 20]]),
        ['servers', 80],
      ]);
    }
    expect(listener.rules).toHaveLength(3);
    const servers = Object.values(targetGroups).find(({ kind }) => kind === 'servers');
    expect(servers).toMatchObject({
      service: Object.keys(region(TOKYO).servers)[0],
      healthCheck: { path: '/healthz', intervalSeconds: 10, unhealthyThreshold: 3 },
      minimumHealthy: { count: 1, percentage: 33 },
      balancing: { algorithm: 'least-outstanding-requests', anomalyMitigation: false },
    });
  });

  test('reaches the Region’s own cache without TLS', () => {
    expect(serviceOf(TOKYO).environment['CACHE_ENDPOINT']).toBe('redis://127.3.0.30:6400');
  });

  test('shortens the lease as it does time', () => {
    expect(serversOf(TOKYO).environment['LEASE_MS']).toBe('1000');
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

  test('waits for origins as long as the distribution says', () => {
    const patience = { attempts: 2, connectSeconds: 3, readSeconds: 35 };
    expect(plan.edge?.behaviors[0]?.target).toMatchObject({ patience });
    // CloudFront's own, where buckets are asked.
    const members = [{ patience: { ...patience, readSeconds: 30 } }, {}];
    expect(plan.edge?.otherwise.target).toMatchObject({ kind: 'objects', members });
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

describe('queues', () => {
  test('are planned with their dead letters, their consumer and jobs on the twin’s clock', () => {
    for (const { queues } of plan.regions) {
      expect(queues.queues.find(({ name }) => name === 'meridian-events.fifo')).toMatchObject({
        fifo: true,
        redrive: { queue: 'meridian-events-dead.fifo', maxReceives: 5 },
      });
      const [consumer, ...jobs] = queues.work;
      expect(consumer).toMatchObject({ queue: 'meridian-events.fifo', batchSize: 10 });
      expect(jobs.map((job) => ('input' in job ? job.input : undefined))).toEqual([
        { job: 'relay' },
        { job: 'sweep' },
        { job: 'trending' },
      ]);
    }
  });
});

describe('zone by zone', () => {
  const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];

  test('a Region that writes has a server in each of two zones, and functions in all', () => {
    const zoned = planned(assembly, true).regions;
    const [writes, ...others] = zoned.map(({ servers }) => Object.values(servers)[0]);
    expect(writes).toMatchObject({ count: 2, zones: ZONES });
    for (const it of others) expect(it).toMatchObject({ count: 1 });
    expect(Object.values(zoned[0]!.functions)[0]).toMatchObject({ zones: ZONES });
    expect(serversOf('eu-central-1')).toMatchObject({ count: 1 });
  });

  test('instances of a cluster stand in zones of their own, the one promoted first at the head', () => {
    const [writer] = plan.databases.filter(({ role }) => role === 'writer');
    const instances = [1, 2].map((at) => ({
      identifier: `meridian-main-s0-eu-central-1-${at}`,
      zone: ZONES[at - 1],
    }));
    expect(writer).toMatchObject({ instances, proxied: false });
  });

  test('each cluster has a reader; of many, those that write; of none, where nobody asks for them', () => {
    const count = (choice: Parameters<typeof surveyAssembly>[2]) => {
      const { readers, parts } = surveyAssembly(assembly, { real: true, label: 'a cache' }, choice);
      const instances = parts.filter(({ resource }) => resource === 'AWS::RDS::DBInstance');
      const by = Object.fromEntries(instances.map(({ state, count: it }) => [state, it]));
      return [readers.size, by['real'], by['not run'] ?? 0];
    };
    expect(count({})).toEqual([3, 6, 0]);
    expect(count({ readers: 'writers' })).toEqual([1, 4, 2]);
    expect(count({ readers: 'none' })).toEqual([0, 3, 3]);
    expect(count({ readers: 'none', zones: true })).toEqual([1, 4, 2]);
  });
});

test('a service of its own image is refused, because this machine has nothing to run it with', async () => {
  const image = `public.ecr.aws/acme/shop@sha256:${'0d'.repeat(32)}`;
  const { directory } = await synthesized({ services: { shop: { image } } });
  expect(() => planned(loadAssembly(directory))).toThrow(
    /runs the image \S+\/acme\/shop@sha256:\w+, and the twin has no container runtime/,
  );
});
