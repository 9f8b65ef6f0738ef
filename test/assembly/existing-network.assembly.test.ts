import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAssembly } from '../../lib/tools/assembly';
import { standingCost } from '../../lib/tools/cost';
import { View, intentOf, lose, parseLoss, review } from '../../lib/tools/review';
import { scratch, synthesized } from '../support/assembly';
import type { Synthesized, SynthesizedStack } from '../support/assembly';
import { existingNetwork } from '../support/existing-network';

const NETWORKS = {
  'eu-central-1': existingNetwork('eu-central-1', 20),
  'us-east-2': existingNetwork('us-east-2', 21),
};
const ZONE = 'az:eu-central-1b';
const MADE = 'ap-northeast-1';

jest.setTimeout(120_000);

let there: Synthesized;
beforeAll(async () => {
  const [frankfurt, columbus] = Object.entries(NETWORKS).map(([, network]) => ({ network }));
  there = await synthesized({
    regions: { 'eu-central-1': frankfurt!, 'us-east-2': columbus!, [MADE]: {} },
    experiments: {},
  });
}, 120_000);

const typesOf = (id: string): readonly string[] => [
  ...new Set(Object.values(there.stacks.get(id)!.template.Resources).map(({ Type }) => Type)),
];

test('of a network that is there nothing is made: the stack holds groups and what tells the peers', () => {
  for (const region of Object.keys(NETWORKS))
    expect(typesOf(`Network-${region}`).filter((type) => type.startsWith('AWS::EC2::'))).toEqual([
      'AWS::EC2::SecurityGroup',
    ]);
  expect(typesOf(`Network-${MADE}`)).toEqual(expect.arrayContaining(['AWS::EC2::NatGateway']));
});

test('whatever is laid over subnets names those of the declaration, of each zone one', () => {
  for (const [region, { vpcId, zones }] of Object.entries(NETWORKS)) {
    const own = [...there.stacks.values()].filter((it) => it.region === region);
    const text = own.map((it) => it.text).join('');
    for (const it of Object.values(zones))
      for (const { subnet } of Object.values(it) as { subnet: string }[])
        expect([subnet, text.includes(`"${subnet}"`)]).toEqual([subnet, true]);
    expect(text).toContain(`"${vpcId}"`);
    const groups = own.flatMap(({ template }) =>
      Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::RDS::DBSubnetGroup'),
    );
    expect(groups.map(({ Properties }) => Properties?.['SubnetIds'])).toEqual(
      groups.map(() => Object.values(zones).map(({ isolated }) => isolated.subnet)),
    );
    expect(groups.length).toBeGreaterThan(0);
  }
});

test('the other Regions admit the addresses that are declared', () => {
  const { template } = there.stacks.get('Network-eu-central-1')!;
  expect(JSON.stringify(template)).toContain(NETWORKS['eu-central-1'].natAddresses.join(','));
});

test('the review says what it cannot see of networks of others, finds nothing else that it does not find in ours, and loses zones as there', async () => {
  const [own, others] = [await synthesized({ experiments: {} }), there].map((it) => {
    const assembly = loadAssembly(it.directory);
    const intent = intentOf(it.deployment);
    const view = new View(assembly, intent);
    const { effects, capacity } = lose(view, parseLoss(ZONE, view), ZONE);
    const rules = review(assembly, { intent }).findings.map(({ rule }) => rule);
    return { rules: new Set(rules), effects, capacity };
  });
  expect([...others!.rules].filter((rule) => !own!.rules.has(rule))).toEqual(['network-unseen']);
  expect(own!.rules).not.toContain('network-unseen');
  expect([others!.effects, others!.capacity]).toEqual([own!.effects, own!.capacity]);
});

test('what nobody can see of a network is never called well: one finding for each, that names it', () => {
  const { findings } = review(loadAssembly(there.directory), {
    intent: intentOf(there.deployment),
  });
  const unseen = findings.filter(({ rule }) => rule === 'network-unseen');
  expect(unseen.map(({ region, severity }) => [region, severity])).toEqual(
    Object.keys(NETWORKS).map((region) => [region, 'warning']),
  );
  for (const [at, { vpcId }] of Object.values(NETWORKS).entries())
    expect(unseen[at]!.message).toMatch(new RegExp(`^${vpcId} with 9 subnets is of others`));
});

test('what stands in one zone of a network of others is found', () => {
  const directory = scratch();
  cpSync(there.directory, directory, { recursive: true });
  const stack = [...there.stacks.values()].find(
    ({ id, text }) => id.endsWith('eu-central-1') && text.includes('AWS::RDS::DBSubnetGroup'),
  )!;
  const template = structuredClone(stack.template);
  const [key, group] = Object.entries(template.Resources).find(
    ([, { Type }]) => Type === 'AWS::RDS::DBSubnetGroup',
  )!;
  const { isolated, private: other } = NETWORKS['eu-central-1'].zones['eu-central-1b']!;
  group.Properties!['SubnetIds'] = [isolated.subnet, other.subnet];
  writeFileSync(join(directory, `${stack.id}.template.json`), JSON.stringify(template));
  const { findings } = review(loadAssembly(directory));
  expect(findings.filter(({ rule }) => rule === 'one-zone')).toMatchObject([
    { message: 'stands in eu-central-1b alone', resource: `${stack.id}/${key}` },
    { message: expect.stringContaining('not in eu-central-1a, eu-central-1c') as string },
  ]);
});

const regions = {
  ...Object.fromEntries(Object.entries(NETWORKS).map(([region, network]) => [region, { network }])),
  [MADE]: {},
};

test('canaries ask from the private subnets, and doors admit the addresses that are declared', async () => {
  const watched = await synthesized({ regions, observability: { canaries: {} } });
  for (const [region, { zones, natAddresses }] of Object.entries(NETWORKS)) {
    const code = Object.values(watched.stacks.get(`Canaries-${region}`)!.template.Resources).find(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(code?.Properties?.['VpcConfig']).toMatchObject({
      SubnetIds: Object.values(zones).map((it) => it.private.subnet),
    });
    const service = watched.stacks.get(`Service-${region}`)!;
    for (const address of natAddresses) expect([region, admitted(service)]).toEqual([region, expect.arrayContaining([`${address}/32`])]); // prettier-ignore
  }
  const { findings } = review(loadAssembly(watched.directory), {
    intent: intentOf(watched.deployment),
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

/** Blocks from which anything of a stack may be reached. */
function admitted({ template }: SynthesizedStack): readonly unknown[] {
  return Object.values(template.Resources)
    .filter(({ Type }) => /SecurityGroup(Ingress)?$/.test(Type))
    .flatMap(({ Properties }) => [
      Properties?.['CidrIp'],
      ...((Properties?.['SecurityGroupIngress'] ?? []) as { CidrIp?: unknown }[]).map(
        ({ CidrIp }) => CidrIp,
      ),
    ])
    .filter((it) => it !== undefined);
}

test('private load balancers behind the CDN stand in the private subnets of the network', async () => {
  const hidden = await synthesized({ regions, edge: { mode: 'vpc-origin' } });
  for (const [region, { zones }] of Object.entries(NETWORKS)) {
    const [balancer, ...others] = Object.values(
      hidden.stacks.get(`Service-${region}`)!.template.Resources,
    ).filter(({ Type }) => Type === 'AWS::ElasticLoadBalancingV2::LoadBalancer');
    expect(others).toEqual([]);
    expect(balancer?.Properties).toMatchObject({
      Scheme: 'internal',
      Subnets: Object.values(zones).map((it) => it.private.subnet),
    });
    const { Outputs = {} } = hidden.stacks.get(`Network-${region}`)!.template;
    expect(JSON.stringify(Outputs)).not.toContain('subnet-');
  }
  const { findings } = review(loadAssembly(hidden.directory), {
    intent: intentOf(hidden.deployment),
  });
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('what ways out of such a network cost is called unknown, that of ours is in the total', () => {
  const { waysOut, unknown } = standingCost(loadAssembly(there.directory));
  expect(waysOut.lines.map(({ region, way, quantity }) => [region, way, quantity])).toEqual([
    [MADE, 'nat', 3],
  ]);
  expect(unknown.map(({ region, reason }) => [region, reason])).toEqual(
    Object.entries(NETWORKS).map(([region, { vpcId }]) => [
      region,
      `NAT gateways, addresses and endpoints of ${vpcId}, its owner's`,
    ]),
  );
});
