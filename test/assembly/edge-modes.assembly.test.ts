import { loadAssembly } from '../../lib/tools/assembly';
import { review } from '../../lib/tools/review';
import { geoReport } from '../../lib/tools/operations/geo';
import type { EdgeBehavior } from '../../lib/tools/twin/edge';
import { planTwin, surveyAssembly } from '../../lib/tools/twin/plan';
import type { Synthesized, SynthesizedStack } from '../support/assembly';
import { synthesized } from '../support/assembly';

jest.setTimeout(120_000);

let cdn: Synthesized;
let direct: Synthesized;
let hidden: Synthesized;
beforeAll(async () => {
  cdn = await synthesized();
  direct = await synthesized({ edge: { mode: 'direct' } });
  hidden = await synthesized({ edge: { mode: 'vpc-origin' } });
});
const REGIONS = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];

/** Paths of resources by what becomes of them from `cdn` to `direct`. */
function differences(
  id: string,
  to: Synthesized = direct,
): Readonly<Record<'added' | 'removed' | 'changed', string[]>> {
  const [before, after] = [cdn.stacks.get(id)!, to.stacks.get(id)!];
  const keys = (stack: SynthesizedStack) => Object.keys(stack.template.Resources);
  const path = (stack: SynthesizedStack, key: string) =>
    (stack.paths.get(key) ?? key).replace(/\/Resource$/, '');
  const text = (stack: SynthesizedStack, key: string) =>
    JSON.stringify(stack.template.Resources[key]);
  return {
    added: keys(after)
      .filter((key) => !keys(before).includes(key))
      .map((key) => path(after, key)),
    removed: keys(before)
      .filter((key) => !keys(after).includes(key))
      .map((key) => path(before, key)),
    changed: keys(after)
      .filter((key) => keys(before).includes(key) && text(before, key) !== text(after, key))
      .map((key) => path(after, key)),
  };
}

describe('from cdn to direct', () => {
  test('only what serves users changes, and no stack comes or goes', () => {
    expect([...direct.stacks.keys()]).toEqual([...cdn.stacks.keys()]);
    const changed = [...cdn.stacks].filter(
      ([id, { text }]) => direct.stacks.get(id)!.text !== text,
    );
    expect(changed.map(([id]) => id).sort()).toEqual(
      ['Edge', ...REGIONS.map((region) => `Service-${region}`)].sort(),
    );
  });

  test.each(REGIONS)(
    '%s opens its door to the name of the API, behind a firewall of its own',
    (it) => {
      expect(differences(`Service-${it}`)).toEqual({
        added: ['Door/Listener/OpenLiveRule', 'Door/Listener/OpenRule'],
        removed: [],
        // The servers wait for one rule more.
        changed: [
          ...['Door/CheckersAndPeers', 'Door/Certificate', 'Firewall', 'Servers'],
          'Records/Origin/Default',
        ],
      });
    },
  );

  test('the CDN keeps the static files and loses the API', () => {
    // Pages may call the API's own name then.
    const changed = ['Cdn/Policies/SiteHeaders', 'Cdn/Resource'];
    expect(differences('Edge')).toEqual({ added: [], removed: [], changed });
    const { text } = direct.stacks.get('Edge')!;
    expect(text).not.toContain('resolve:secretsmanager');
    expect(text).not.toContain('/api/*');
  });
});

test('clients of the API are led by its own name, in one hop', async () => {
  const report = await geoReport(loadAssembly(direct.directory), { only: ['Tokyo'] });
  expect(report.hops).toEqual([
    { name: 'example.com', kind: 'edge', policy: 'simple' },
    { name: 'api.example.com', kind: 'direct', policy: 'latency' },
  ]);
  expect(report.clients[0]?.sights[1]?.expected[0]).toMatchObject({ target: 'ap-northeast-1' });
});

test('where the edge picks the Region, its function tells what each client reaches', async () => {
  const look = async (lost: readonly string[] = []) => {
    const only = ['DE', 'US', 'JP'];
    const report = await geoReport(loadAssembly(hidden.directory), { only, lost });
    const reached = report.clients.map(({ client, sights }) => [
      client.id,
      sights[1]?.expected[0]?.target,
    ]);
    return { hops: report.hops, reached: Object.fromEntries(reached) as object };
  };
  expect(await look()).toEqual({
    hops: [
      { name: 'example.com', kind: 'edge', policy: 'simple' },
      { name: 'example.com', kind: 'origin', policy: 'country' },
    ],
    reached: { DE: 'eu-central-1', US: 'us-east-2', JP: 'ap-northeast-1' },
  });
  const { reached } = await look(['us-east-2']);
  expect(reached).toMatchObject({ DE: 'eu-central-1', US: 'eu-central-1' });
});

function planOf({ directory }: Synthesized) {
  const assembly = loadAssembly(directory);
  const survey = surveyAssembly(assembly, { real: true, label: 'a cache' });
  const place = (region: number, host: number) => ({
    address: `127.${region}.0.${host}`,
    port: 80,
  });
  return planTwin(assembly, {
    marker: { MARK: 'x' },
    authority: '/twin/authority.pem',
    places: survey.regions.map((region, at) => ({
      region,
      databases: new Map((survey.databases[region] ?? []).map((key) => [key, place(at + 1, 10)])),
      caches: new Map((survey.caches[region] ?? []).map((key) => [key, place(at + 1, 30)])),
      tables: place(at + 1, 20),
      gateway: place(at + 1, 80),
      answer: `127.${at + 1}.0.80`,
      servers: `127.${at + 1}.0.90`,
      edge: place(at + 1, 81),
    })),
  });
}

test('the twin takes calls of a Region to its load balancer under the name of the API', () => {
  const plan = planOf(direct);
  expect(plan.commonHost).toBe('api.example.com');
  const api = plan.regions[0]!.directEdge.behaviors.find(({ pattern }) => pattern === '/api/*');
  expect(api?.target).toMatchObject({ kind: 'balancers', headers: { host: 'api.example.com' } });
  // The listener forwards that name without the secret, and refuses every other.
  const { rules, defaultAction } = plan.regions[0]!.balancer.listener;
  expect(rules).toContainEqual(
    expect.objectContaining({
      conditions: [{ field: 'host-header', values: ['api.example.com'] }],
    }),
  );
  expect(defaultAction).toMatchObject({ status: 403 });
});

test("the twin's edge keeps answers as the templates say: static files by their path alone", () => {
  const { edge } = planOf(cdn);
  expect(edge?.otherwise.caching).toEqual({
    ...{ minSeconds: 0, defaultSeconds: 60, maxSeconds: 86_400 },
    ...{ queryStrings: 'none', headers: [], cookies: 'none' },
    ...{ encodings: ['br', 'gzip'], compress: true },
  });
  expect(edge?.behaviors.find(({ pattern }) => pattern === '/api/*')?.caching).toBeUndefined();
});

test("the twin's edge bears the headers of the templates", () => {
  const { edge } = planOf(cdn);
  const api = edge?.behaviors.find(({ pattern }) => pattern === '/api/*');
  const named = (headers: EdgeBehavior['responseHeaders']) =>
    Object.fromEntries((headers ?? []).map(({ name, value }) => [name, value]));
  expect(named(edge?.otherwise.responseHeaders)).toMatchObject({
    'strict-transport-security': 'max-age=63072000',
    'content-security-policy': expect.stringContaining("script-src 'self'") as unknown,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'strict-origin-when-cross-origin',
  });
  expect(named(api?.responseHeaders)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-max-age': '7200',
  });
});

describe('from cdn to vpc-origin', () => {
  test('only what serves users changes, and no stack comes or goes', () => {
    expect([...hidden.stacks.keys()]).toEqual([...cdn.stacks.keys()]);
    const changed = [...cdn.stacks].filter(
      ([id, { template }]) =>
        JSON.stringify(hidden.stacks.get(id)!.template.Resources) !==
        JSON.stringify(template.Resources),
    );
    expect(changed.map(([id]) => id).sort()).toEqual(
      ['Edge', ...REGIONS.map((region) => `Service-${region}`)].sort(),
    );
  });

  test.each(REGIONS)('%s exports all that its services still use while they change', (region) => {
    const exportsOf = (of: Synthesized) =>
      [...of.stacks.get(`Network-${region}`)!.text.matchAll(/"Name": "([^"]*ExportsOutput[^"]*)"/g)]
        .map(([, name]) => name)
        .sort();
    expect(exportsOf(cdn).length).toBeGreaterThan(3);
    expect(exportsOf(hidden)).toEqual(exportsOf(cdn));
  });

  test.each(REGIONS)('%s has a private door, and tells the edge where it is', (it) => {
    const { added, removed } = differences(`Service-${it}`, hidden);
    expect(added.every((path) => path.startsWith('LoadBalancer'))).toBe(true);
    expect(added).toContain('LoadBalancer/Resource/Default');
    expect(removed.filter((path) => path.startsWith('Records/'))).toHaveLength(2);
    const { Resources } = hidden.stacks.get(`Service-${it}`)!.template;
    const doors = Object.values(Resources).filter(({ Type }) => Type.endsWith('V2::LoadBalancer'));
    expect(doors.map(({ Properties }) => Properties?.['Scheme'])).toEqual(['internal']);
  });

  test('the review finds nothing worse than that writes wait for a person', () => {
    const rules = (of: Synthesized) =>
      new Set(
        review(loadAssembly(of.directory), { today: new Date('2026-11-27') }).findings.map(
          ({ rule }) => rule,
        ),
      );
    const before = rules(cdn);
    expect([...rules(hidden)].filter((rule) => !before.has(rule))).toEqual(['cdn-writes-wait']);
  });

  test('the twin lets the function pick among the private doors, and knows how each Region is', () => {
    const plan = planOf(hidden);
    const api = plan.edge?.behaviors.find(({ pattern }) => pattern === '/api/*');
    expect(api?.viewerFunction).toContain('cf.kvs()');
    expect(api?.target).toMatchObject({
      kind: 'picked',
      otherwise: 'eu-central-1',
      origins: { 'us-east-2': { region: 'us-east-2', url: 'http://127.2.0.80:80' } },
    });
    const [region] = plan.regions;
    const steering = plan.steeringOf(region!.balancer.key);
    expect(steering.host).toBe('eu-central-1.origin.example.com');
    const check = plan.healthChecks.find(({ key }) => key === steering.healthCheck);
    expect(check).toMatchObject({ kind: 'calculated', threshold: 2 });
    // Called by itself a Region picks nothing.
    const own = region!.directEdge.behaviors.find(({ pattern }) => pattern === '/api/*');
    expect(own?.target).toMatchObject({ kind: 'balancers', host: 'eu-central-1' });
  });
});
