import { loadAssembly } from '../../../lib/tools/assembly';
import { planTwin, surveyAssembly } from '../../../lib/tools/twin/plan';
import { View } from '../../../lib/tools/review/private/view';
import { connectionsOf } from '../../../lib/tools/review/private/connections';
import { SAMPLE_POOLS } from '../../../lib/config';
import type { Synthesized } from '../../support/assembly';
import { synthesized } from '../../support/assembly';
import { placesOf } from '../../support/twin-places';

const PROXIES = 'Proxies-us-east-2';
let made: Synthesized;
beforeAll(async () => {
  made = await synthesized({
    stores: { main: { engine: 'aurora', proxy: {} } },
  });
}, 120_000);

test('each Region has the proxies of its clusters, behind the data and before who registers them', () => {
  const { stacks } = made;
  expect(stacks.get(PROXIES)!.dependencies).toEqual(
    expect.arrayContaining(['ProxySecrets', 'Data-us-east-2', 'GlobalData']),
  );
  expect(stacks.get('Migration-us-east-2')!.dependencies).toContain(PROXIES);
  expect(stacks.get(PROXIES)!.text).toContain('/meridian/bindings/domain-secrets');
});

test('a proxy reads both users of each domain, and the rotation leaves the one where the proxy looks', () => {
  const { template, text } = made.stacks.get(PROXIES)!;
  const [proxy] = Object.values(template.Resources).filter(
    ({ Type }) => Type === 'AWS::RDS::DBProxy',
  );
  expect(proxy!.Properties!.Auth).toHaveLength(6);
  expect(text).toContain('secret:meridian/domain/content/left-??????');
  const rotation = made.stacks.get('Rotation')!.text;
  expect(rotation).toContain('meridian/domain/content=meridian/domain/content/left');
  const { Resources } = made.stacks.get('Credentials')!.template;
  const left = Object.values(Resources).filter(({ Properties }) =>
    /\/left$/.test(String(Properties?.Name)),
  );
  expect(left).toHaveLength(3);
  for (const { Properties } of left) expect(Properties!.ReplicaRegions).toHaveLength(2);
});

test('servers are told of the proxy, and migrations of the cluster behind it', () => {
  const { text } = made.stacks.get('Migration-us-east-2')!;
  const clusters = /"Clusters": \{[\s\S]*?"masterSecret"/.exec(text)?.[0] ?? '';
  expect(clusters).toMatch(/"writer"[\s\S]*?Proxies|Proxies|proxies/i);
  expect(text).toMatch(/"direct"/);
  // The Region that loses its writer keeps its own proxies: no other Region's is named.
  expect(text).not.toMatch(/proxies-eu-central-1|proxies-ap-northeast-1/);
});

test('full pools of servers wait at the proxy, whose connections the database takes', () => {
  const view = new View(loadAssembly(made.directory), { pools: SAMPLE_POOLS });
  for (const { proxied, takes } of connectionsOf(view)) {
    expect(proxied).toBeGreaterThan(0);
    expect(proxied).toBeLessThanOrEqual(takes);
  }
  expect(connectionsOf(view).length).toBe(3);
});

test('the twin leads migrations to the cluster itself, and says what runs for a proxy', () => {
  const assembly = loadAssembly(made.directory);
  const survey = surveyAssembly(assembly, { real: true, label: 'valkey' });
  const plan = planTwin(assembly, {
    places: placesOf(survey),
    marker: {},
    authority: '/twin/authority.pem',
  });
  const { migrations } = plan.regions.find(({ name }) => name === 'us-east-2')!;
  const text = JSON.stringify(migrations);
  expect(text).toMatch(/127\.2\.0\.10:6000/);
  expect(text).not.toMatch(/meridian-twin\.internal/);
  expect(survey.parts.find(({ resource }) => resource === 'AWS::RDS::DBProxy')).toMatchObject({
    ...{ state: 'emulated', real: false },
    engine: expect.stringContaining('connections shared by transactions') as string,
  });
});
