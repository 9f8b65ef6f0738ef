import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Declaration } from '../../lib/config';
import { resolveDeployment } from '../../lib/config';
import replicated from '../../lib/config/declarations/replicated';
import softwareBalanced from '../../lib/config/declarations/software-balanced';
import { loadAssembly } from '../../lib/tools/assembly';
import { standingCost } from '../../lib/tools/cost';
import type { CostReport } from '../../lib/tools/cost';
import { intentOf, review } from '../../lib/tools/review';
import { scratch, synthesized, synthesizedFrom } from '../support/assembly';
import type { Resource, Synthesized } from '../support/assembly';

const REGION = 'eu-central-1';
const STACK = `Network-${REGION}`;
const RULE = 'interface-endpoint-missing';
const CLOSED = {
  network: { egress: 'endpoints' },
  controlRegions: [REGION, 'eu-west-1', 'eu-west-2'],
} as const;

/** Functions alone, with every store that may be. */
const FUNCTIONS: Declaration = {
  ...replicated,
  ...CLOSED,
  observability: { tracing: {} },
  services: { api: { compute: { lambda: {} } } },
  stores: {
    main: { engine: 'aurora' },
    wide: {
      engine: 'keyspaces',
      tables: { lines: { partitionKey: ['id'], columns: { id: 'uuid', line: 'text' } } },
    },
    links: { engine: 'neptune' },
  },
};

jest.setTimeout(240_000);

let functions: Synthesized;
let servers: Synthesized;
beforeAll(async () => {
  functions = await synthesizedFrom(resolveDeployment(FUNCTIONS));
  servers = await synthesizedFrom(resolveDeployment({ ...softwareBalanced, ...CLOSED }));
}, 240_000);

const ofType = (from: Synthesized, type: string, stack = STACK): readonly [string, Resource][] =>
  Object.entries(from.stacks.get(stack)!.template.Resources).filter(([, it]) => it.Type === type);
const endpointsIn = (from: Synthesized, stack = STACK): ReadonlyMap<string, string> =>
  new Map(
    ofType(from, 'AWS::EC2::VPCEndpoint', stack)
      .filter(([, { Properties }]) => Properties?.['VpcEndpointType'] === 'Interface')
      .map(([id, { Properties }]) => [
        String(Properties?.['ServiceName']).replace(/^com\.amazonaws\.[a-z0-9-]+\./, ''),
        id,
      ]),
  );

interface Found {
  readonly rule: string;
  readonly resource: string;
  readonly severity: string;
  readonly message: string;
}
const findings = (from: Synthesized, directory: string): readonly Found[] =>
  review(loadAssembly(directory), { intent: intentOf(from.deployment) }).findings;
const found = (from: Synthesized, directory = from.directory): readonly Found[] =>
  findings(from, directory).filter(({ rule }) => rule === RULE);
const errorsIn = (findings: readonly Found[]): readonly Found[] =>
  findings.filter(({ severity }) => severity === 'error');

test('a closed network has no NAT, and an endpoint for each service that anything there calls', () => {
  for (const from of [functions, servers])
    for (const type of ['AWS::EC2::NatGateway', 'AWS::EC2::EIP'])
      expect(ofType(from, type)).toEqual([]);
  expect([...endpointsIn(functions).keys()]).toEqual([
    ...['cassandra', 'secretsmanager', 'sqs', 'ssm', 'xray'],
  ]);
  expect([...endpointsIn(servers).keys()]).toEqual([
    ...['cloudformation', 'ec2', 'logs', 'secretsmanager', 'ssm'],
  ]);
});

test('the review finds no error in closed networks, of this rule or of another', () => {
  for (const from of [functions, servers])
    expect(errorsIn(findings(from, from.directory))).toEqual([]);
});

const costOf = ({ directory }: Synthesized): CostReport => standingCost(loadAssembly(directory));

test('the cost of a closed network is that of its endpoints in three zones, and of no NAT', () => {
  for (const from of [functions, servers]) {
    const { waysOut, lines, unknown } = costOf(from);
    const quantity = 3 * endpointsIn(from).size;
    const perMonth = Math.round(quantity * 730) / 100;
    expect(waysOut.lines).toEqual([
      { region: REGION, way: 'endpoints', quantity, perMonth, perGb: 0.01 },
    ]);
    expect(lines.filter(({ item }) => /NAT/.test(item))).toEqual([]);
    expect(unknown.filter(({ type }) => type.startsWith('AWS::EC2::'))).toEqual([]);
  }
});

test('spans are sent where tracing is declared alone, at a price that is not known', () => {
  const { spans } = costOf(functions);
  expect(spans.perGb).toBeNull();
  expect(spans.lines.map(({ region }) => region)).toEqual([REGION]);
  expect(spans.lines[0]!.senders).toBeGreaterThan(0);
  expect(spans.lines[0]!.tracedByLambda).toBeGreaterThan(0);
  expect(costOf(servers).spans.lines).toEqual([]);
});

type Change = (resources: Record<string, Resource>, id: string) => void;
const properties = (of: Resource): Record<string, unknown> => of.Properties as never;

/** What is found where the network of an assembly is changed. */
function changed(
  from: Synthesized,
  change: (resources: Record<string, Resource>) => void,
): Found[] {
  const directory = scratch();
  cpSync(from.directory, directory, { recursive: true });
  const template = structuredClone(from.stacks.get(STACK)!.template);
  change(template.Resources);
  writeFileSync(join(directory, `${STACK}.template.json`), JSON.stringify(template));
  return [...errorsIn(found(from, directory))];
}

// prettier-ignore
const DEFECTS: readonly (readonly [string, Change])[] = [
  ['taken away', (resources, id) => { Reflect.deleteProperty(resources, id); }],
  ['without private names', (resources, id) => { properties(resources[id]!)['PrivateDnsEnabled'] = false; }],
  ['with the default group', (resources, id) => { Reflect.deleteProperty(properties(resources[id]!), 'SecurityGroupIds'); }],
  ['whose policy is for another service', (resources, id) => {
    properties(resources[id]!)['PolicyDocument'] = { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sns:*', Resource: '*' }] };
  }],
];

test.each(DEFECTS)('an endpoint %s is found, whichever it is', (_, change) => {
  for (const from of [functions, servers])
    for (const [service, id] of endpointsIn(from)) {
      const messages = changed(from, (resources) => {
        change(resources, id);
      }).map(({ message }) => message);
      expect([service, messages]).toEqual([service, expect.arrayContaining([
        expect.stringMatching(new RegExp(`^calls ${service} .* without a path: `)),
      ])]); // prettier-ignore
    }
});

test('a gateway endpoint that is not in the route tables is found', () => {
  for (const service of ['S3', 'DynamoDb']) {
    const [[id]] = ofType(functions, 'AWS::EC2::VPCEndpoint').filter(([it]) => it.includes(service)) as [[string, Resource]]; // prettier-ignore
    const [first] = changed(functions, (resources) => {
      properties(resources[id]!)['RouteTableIds'] = [];
    });
    expect(first?.message).toContain(`${STACK}/${id} is not in ${STACK}/`);
  }
});

test('the control tables of other Regions are spare: not to reach them is a warning', () => {
  const spare = found(functions).filter(({ severity }) => severity === 'warning');
  expect(spare.length).toBeGreaterThan(0);
  for (const { message } of spare)
    expect(message).toMatch(/^calls dynamodb of eu-west-1, eu-west-2 \(/);
});

test('NAT gateways taken away from a network that has them alone is found for all that runs there', async () => {
  const own = await synthesizedFrom(resolveDeployment(replicated));
  expect(found(own)).toEqual([]);
  const gone = changed(own, (resources) => {
    for (const [id, { Type }] of Object.entries(resources))
      if (Type === 'AWS::EC2::NatGateway') Reflect.deleteProperty(resources, id);
    for (const [id, { Type, Properties }] of Object.entries(resources))
      if (Type === 'AWS::EC2::Route' && Properties?.['NatGatewayId'] !== undefined)
        Reflect.deleteProperty(resources, id);
  });
  const kinds = new Set(
    gone.map(({ resource }) => resource.split('/')[0]!.replace(`-${REGION}`, '')),
  );
  expect([...kinds].sort()).toEqual(['Migration', 'Service', 'Work']);
});

test('to change the way out replaces no subnet and no route table', async () => {
  const own = await synthesizedFrom(resolveDeployment(replicated));
  for (const type of ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::RouteTable'])
    expect(Object.fromEntries(ofType(functions, type))).toEqual(
      Object.fromEntries(ofType(own, type)),
    );
});

test('endpoints beside NAT gateways stand in every Region, each with its own names', async () => {
  const both = await synthesized({ network: { egress: 'nat-and-endpoints' } });
  for (const { name } of both.deployment.regions) {
    const stack = `Network-${name}`;
    expect(ofType(both, 'AWS::EC2::NatGateway', stack)).toHaveLength(3);
    expect([...endpointsIn(both, stack).keys()]).toEqual([
      ...['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'sqs', 'ssm'],
    ]);
    for (const [, { Properties }] of ofType(both, 'AWS::EC2::VPCEndpoint', stack)) {
      if (Properties?.['VpcEndpointType'] !== 'Interface') continue;
      expect(Properties['ServiceName']).toContain(`.${name}.`);
      expect(JSON.stringify(Properties['PolicyDocument'])).toContain(
        '"Condition":{"StringEquals":{"aws:PrincipalAccount":"123456789012"}}',
      );
    }
  }
  expect(found(both)).toEqual([]);
});
