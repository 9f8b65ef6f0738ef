import { View } from '../../../../../lib/tools/review/private/view';
import { connectionsOf } from '../../../../../lib/tools/review/private/connections';
import { Fixtures } from '../../assembly/fixture';
import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const domain = (store: string, database: string) => ({ store, database, secret: `s/${database}` });
const SEED = {
  logicalShards: [{ first: 0, last: 1023, shard: 's0' }],
  shards: {
    s0: {
      home: 'eu-west-1',
      domains: { identity: domain('main', 'identity'), content: domain('main', 'content') },
    },
    s1: { home: 'eu-west-1', domains: { identity: domain('main', 'identity') } },
  },
};
const endpoint = { 'Fn::Join': [':', [{ 'Fn::GetAtt': ['Cluster', 'Endpoint.Address'] }, '5432']] };

/** Twelve servers at the most, two databases: 240 connections of 1,612 that a large takes. */
const application = (): Stacks => ({
  regional: {
    region: 'eu-west-1',
    template: {
      Resources: {
        Cluster: resource('AWS::RDS::DBCluster', { Engine: 'aurora-postgresql' }),
        Instance: resource('AWS::RDS::DBInstance', {
          DBClusterIdentifier: { Ref: 'Cluster' },
          DBInstanceClass: 'db.r8g.large',
        }),
        Migration: resource('Custom::MeridianMigration', {
          Seed: JSON.stringify(SEED),
          Clusters: { 'main.s0': { writer: endpoint, reader: endpoint } },
        }),
        Listener: resource('AWS::ElasticLoadBalancingV2::Listener', {
          DefaultActions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Targets' } }],
        }),
        Targets: resource('AWS::ElasticLoadBalancingV2::TargetGroup', {}),
        Group: resource('AWS::AutoScaling::AutoScalingGroup', {
          MinSize: '3',
          MaxSize: '12',
          TargetGroupARNs: [{ Ref: 'Targets' }],
        }),
        Function: resource('AWS::Lambda::Function', {
          ReservedConcurrentExecutions: 5,
          Environment: { Variables: { DATABASE_TLS: 'verify-full' } },
        }),
      },
    },
  },
});

const POOLS = { server: 10, function: 2 };
const AT = 'regional/Cluster';
// prettier-ignore
const CASES: readonly Case[] = [
  ['connections-exceeded', 'more servers than fit', AT, (it) => { it.set('regional/Group', 'MaxSize', '90'); }],
  ['connections-exceeded', 'more functions than fit', AT, (it) => { it.set('regional/Function', 'ReservedConcurrentExecutions', 400); }],
];

describeCases(application, CASES, { pools: POOLS });

describe('the sum', () => {
  const fixtures = new Fixtures();
  afterAll(() => {
    fixtures.remove();
  });
  const useOf = (stacks: Stacks) =>
    connectionsOf(new View(fixtures.load(stacks), { pools: POOLS }));

  test('is servers × pool × databases of the cluster, and functions beside them', () => {
    // 16 GiB × 0.9 / 9,531,392 - 10, by Aurora's formula.
    expect(useOf(application())).toMatchObject([
      {
        databases: 2,
        servers: 12,
        functions: 5,
        unbounded: false,
        most: 260,
        takes: 1612,
        proxied: null,
      },
    ]);
  });

  test('tells of functions that nothing bounds, and counts none of them', () => {
    const stacks = structuredClone(application());
    const { Resources } = stacks.regional!.template as {
      Resources: Record<string, { Properties: Record<string, unknown> }>;
    };
    delete Resources.Function!.Properties.ReservedConcurrentExecutions;
    expect(useOf(stacks)).toMatchObject([{ functions: 0, unbounded: true, most: 240 }]);
  });

  test('is not made where nobody knows the pools', () => {
    expect(connectionsOf(new View(fixtures.load(application()), {}))).toEqual([]);
  });
});
