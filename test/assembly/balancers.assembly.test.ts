import { loadAssembly } from '../../lib/tools/assembly';
import { review } from '../../lib/tools/review';
import type { Synthesized } from '../support/assembly';
import { synthesized } from '../support/assembly';

jest.setTimeout(120_000);

const SERVICE = 'Service-us-east-2';
let network: Synthesized;
let software: Synthesized;
beforeAll(async () => {
  network = await synthesized({ services: { api: { loadBalancing: { kind: 'network' } } } });
  software = await synthesized({
    services: { api: { loadBalancing: { kind: 'software', algorithm: 'fastest-response' } } },
  });
});

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
const of = ({ stacks }: Synthesized, type: string, id = SERVICE): Record<string, Resource> =>
  Object.fromEntries(
    Object.entries(stacks.get(id)!.template.Resources as Record<string, Resource>).filter(
      ([, { Type }]) => Type === `AWS::${type}`,
    ),
  );
const errors = ({ directory }: Synthesized): readonly string[] =>
  review(loadAssembly(directory), { intent: {}, today: new Date('2026-11-28') })
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ rule, resource, message }) => `${rule} ${resource} ${message}`);

test.each([
  ['network', () => network],
  ['software', () => software],
])('%s: the Region’s names lead to its network load balancer, on which TLS ends', (_, get) => {
  const [balancer = '', ...others] = Object.keys(of(get(), 'ElasticLoadBalancingV2::LoadBalancer'));
  expect(others).toEqual([]);
  const records = Object.values(of(get(), 'Route53::RecordSet'));
  expect(records.map(({ Properties }) => Properties['Name'])).toEqual([
    'us-east-2.origin.example.com.',
    'origin.example.com.',
  ]);
  for (const { Properties } of records) {
    expect(JSON.stringify(Properties['AliasTarget'])).toContain(`"${balancer}","DNSName"`);
  }
  expect(of(get(), 'WAFv2::WebACL')).toEqual({});
  expect(Object.values(of(get(), 'WAFv2::WebACL', 'Edge'))).toHaveLength(1);
  expect(JSON.stringify(of(get(), 'ElasticLoadBalancingV2::Listener'))).toContain('"TLS"');
  expect(Object.keys(of(get(), 'Route53::HealthCheck'))).toHaveLength(3);
  const alarms = get().stacks.get('Alarms-us-east-2')!.text;
  expect(alarms).toContain('AWS/NetworkELB');
  expect(alarms).not.toContain('AWS/ApplicationELB');
});

test('network: tasks register with it, and demand the origin secret themselves', () => {
  const [group] = Object.entries(of(network, 'ElasticLoadBalancingV2::TargetGroup'));
  expect(group?.[1].Properties).toMatchObject({ Protocol: 'TCP', TargetType: 'ip', Port: 8080 });
  const services = JSON.stringify(of(network, 'ECS::Service'));
  expect(services).toContain(`"TargetGroupArn":{"Ref":"${String(group?.[0])}"}`);
  expect(JSON.stringify(of(network, 'ECS::TaskDefinition'))).toContain('ORIGIN_DEMANDED');
});

test('software: balancers stand in each zone, follow the group of servers and demand the secret', () => {
  const groups = of(software, 'AutoScaling::AutoScalingGroup');
  const [servers, balancers] = ['Instances', 'Balancers'].map((name) => {
    const found = Object.entries(groups).find(([id]) => id.startsWith(name));
    return { id: found?.[0] ?? '', ...found?.[1].Properties };
  });
  expect(balancers).toMatchObject({ MinSize: '3', HealthCheckType: 'ELB' });
  const listeners = Object.values(of(software, 'ElasticLoadBalancingV2::Listener'));
  const arns = (one: object | undefined) =>
    JSON.stringify((one as Record<string, unknown>)['TargetGroupARNs']).slice(1, -1);
  const reaches = (port: number) =>
    JSON.stringify(listeners.find(({ Properties }) => Properties['Port'] === port));
  expect(reaches(443)).toContain(arns(balancers));
  expect(reaches(8081)).toContain(arns(servers));
  const template = Object.entries(of(software, 'EC2::LaunchTemplate')).find(([id]) =>
    id.startsWith('Balancers'),
  );
  const text = JSON.stringify(template);
  expect(text).toContain('lua.choose_fastest');
  expect(text).toContain('deny_status 403 unless open or verified');
  expect(text).toContain(servers?.id);
  expect(text).not.toContain('resolve:secretsmanager');
});

test('review finds nothing wrong with either', () => {
  expect(errors(network)).toEqual([]);
  expect(errors(software)).toEqual([]);
});

test('with the API open to everybody, review says that no web ACL can look', async () => {
  const open = await synthesized({
    services: { api: { loadBalancing: { kind: 'network' } } },
    edge: { mode: 'direct' },
  });
  const regions = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
  expect(errors(open).map((it) => it.replace(/Door\w+/, 'Door'))).toEqual(
    regions.map(
      (region) =>
        `web-acl-missing Service-${region}/NetworkDoor admits everybody, and takes no web ACL`,
    ),
  );
});

test('software: too few or too busy balancers ring as servers do', () => {
  const alarms = Object.values(of(software, 'CloudWatch::Alarm', 'Alarms-us-east-2'));
  const found = alarms
    .map(({ Properties }) => Properties)
    .filter(({ AlarmName }) => /servers-balancers$/.test(String(AlarmName)));
  expect(found.map(({ AlarmName, Threshold }) => [AlarmName, Threshold])).toEqual([
    ['meridian-too-few-servers-balancers', 3],
    ['meridian-busy-servers-balancers', 80],
  ]);
  for (const { Dimensions } of found) expect(JSON.stringify(Dimensions)).toContain('Balancers');
});
