import { EGRESS, endpointsOf, resolveDeployment } from '../../../lib/config';
import type { Declaration } from '../../../lib/config';
import multiRegion from '../../../lib/config/declarations/multi-region';
import replicated from '../../../lib/config/declarations/replicated';
import singleServer from '../../../lib/config/declarations/single-server';
import { existingNetwork } from '../../support/existing-network';
import { faultsIn } from '../../support/faults';

const HERE = 'eu-central-1';
const CLOSED = {
  ...replicated,
  network: { egress: 'endpoints' },
  controlRegions: [HERE, 'eu-west-1', 'eu-west-2'],
  services: { api: { compute: { lambda: {} } } },
} as const;
/** As by default. */
const AWAY = ['us-east-1', 'us-east-2', 'us-west-2'];
const endpoints = (declaration: Declaration): readonly string[] =>
  endpointsOf(resolveDeployment(declaration), HERE);
const pathsIn = (input: unknown): readonly string[] => faultsIn(input).map(({ path }) => path);

test('NAT gateways alone carry by default, and there are no endpoints then', () => {
  expect(resolveDeployment(replicated).network).toEqual({ egress: 'nat' });
  expect(endpoints(replicated)).toEqual([]);
});

test.each(EGRESS)('egress %s is kept', (egress) => {
  expect(resolveDeployment({ ...CLOSED, network: { egress } }).network).toEqual({ egress });
});

test('endpoints are those of what is declared, and of nothing else', () => {
  expect(endpoints(CLOSED)).toEqual(['secretsmanager', 'sqs', 'ssm']);
  expect(endpoints({ ...CLOSED, queues: false, jobs: false })).toEqual(['secretsmanager', 'ssm']);
  const beside = { ...CLOSED, network: { egress: 'nat-and-endpoints' } } as const;
  expect(endpoints({ ...beside, services: { api: {} } })).toEqual([
    ...['ecr.api', 'ecr.dkr', 'logs', 'secretsmanager', 'sqs', 'ssm'],
  ]);
  const own = (actions: string[]): Declaration => ({
    ...CLOSED,
    services: {
      api: {
        compute: { ec2: {} },
        grants: [{ actions, resources: ['arn:aws:x:{region}:123456789012:y'] }],
      },
    },
  });
  expect(endpoints(own(['events:PutEvents', 'cloudwatch:PutMetricData', 's3:GetObject']))).toEqual([
    ...['cloudformation', 'events', 'logs', 'monitoring', 'secretsmanager', 'sqs', 'ssm'],
  ]);
});

test('a store has its endpoint in its own Regions alone', () => {
  const wide = {
    engine: 'keyspaces',
    regions: [HERE],
    tables: { lines: { partitionKey: ['id'], columns: { id: 'uuid', line: 'text' } } },
  } as const;
  const deployment = resolveDeployment({
    ...multiRegion,
    network: { egress: 'nat-and-endpoints' },
    stores: { main: { engine: 'aurora' }, wide },
  });
  const having = deployment.regions
    .map(({ name }) => name)
    .filter((name) => endpointsOf(deployment, name).includes('cassandra'));
  expect(having).toEqual([HERE]);
});

test('all that needs a way out is refused at once where there is none', () => {
  const grant = {
    actions: ['route53:GetHostedZone', 'sqs:SendMessage'],
    resources: ['arn:aws:sqs:us-east-1:123456789012:other'],
  };
  const faults = faultsIn({
    ...multiRegion,
    network: { egress: 'endpoints' },
    controlRegions: ['us-east-1', 'us-east-2', 'us-west-2'],
    regions: { [HERE]: {}, 'eu-west-1': {} },
    services: { api: { grants: [grant] } },
    stores: { main: { engine: 'aurora' }, ledger: { engine: 'dsql' } },
    observability: { canaries: {} },
  });
  expect(faults.map(({ path, found }) => [path, found])).toEqual(
    expect.arrayContaining([
      ['network.egress', '"endpoints"'],
      ['controlRegions', 'us-east-1, us-east-2, us-west-2'],
      ['observability.canaries', 'canaries'],
      ['stores.ledger', '"dsql"'],
      ['services.api.compute', 'fargate'],
      ['services.api.grants', 'route53:GetHostedZone'],
      ['services.api.grants', 'us-east-1'],
    ]),
  );
});

test('each reason alone is enough', () => {
  const elsewhere = { ...CLOSED, controlRegions: AWAY };
  expect(pathsIn(CLOSED)).toEqual([]);
  expect(pathsIn(elsewhere)).toEqual(['controlRegions']);
  expect(pathsIn({ ...CLOSED, services: { api: {} } })).toEqual(['services.api.compute']);
  expect(pathsIn({ ...CLOSED, observability: { canaries: {} } })).toEqual([
    'observability.canaries',
  ]);
});

test('where no network is made there is nothing to choose', () => {
  const network = { egress: 'nat-and-endpoints' };
  expect(pathsIn({ ...singleServer, network })).toEqual(['network.egress']);
  const regions = { [HERE]: { network: existingNetwork(HERE, 20) }, 'us-east-2': {} };
  expect(faultsIn({ ...multiRegion, regions, network })).toEqual([
    {
      path: 'network.egress',
      found: '"nat-and-endpoints"',
      allowed: `"nat" where regions.${HERE}.network is declared: what that has is its owner's`,
    },
  ]);
});

test('anything else is refused with what is allowed', () => {
  expect(faultsIn({ ...replicated, network: { egress: 'none', nat: true } })).toMatchObject([
    { path: 'network.nat', found: 'an unknown property' },
    { path: 'network.egress', allowed: '"nat", "endpoints", "nat-and-endpoints"' },
  ]);
});
