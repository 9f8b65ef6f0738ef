import { storesOf } from '../../../../lib/config';
import type { DsqlStoreDeclaration, Protection } from '../../../../lib/config';
import { DsqlCluster, DsqlPeering } from '../../../../lib/constructs/database';
import {
  ACCOUNT,
  bundleFixture,
  deploymentWith,
  only,
  statements,
  templateOf,
} from '../../../support/stack';

const TYPE = 'AWS::DSQL::Cluster';

const cluster = (
  declared: Omit<DsqlStoreDeclaration, 'engine'>,
  protection: Protection = 'production',
) => {
  const deployment = deploymentWith({
    regions: { 'us-east-1': {}, 'us-east-2': {} },
    stores: { main: { engine: 'aurora' }, ledger: { engine: 'dsql', ...declared } },
    protection,
  });
  const [store] = storesOf(deployment, 'dsql');
  return templateOf((stack) => {
    new DsqlCluster(stack, 'Ledger', { deployment, store: store! });
  }, 'us-east-1');
};

describe('DsqlCluster', () => {
  test('minimal: one Region, protected, found by its name', () => {
    const template = cluster({ regions: ['us-east-1'] });
    expect(only(template, TYPE)).toEqual({
      DeletionProtectionEnabled: true,
      Tags: [{ Key: 'Name', Value: 'meridian-ledger' }],
    });
    expect(only(template, 'AWS::SSM::Parameter')).toMatchObject({
      Name: '/meridian/stores/ledger/endpoint',
      Value: { 'Fn::GetAtt': [expect.stringMatching(/^Ledger/), 'Endpoint'] },
    });
  });

  test('every property: waits with its witness for the peer that a later stack names', () => {
    const properties = only(cluster({ witnessRegion: 'us-west-2' }), TYPE);
    expect(properties['MultiRegionProperties']).toEqual({ WitnessRegion: 'us-west-2' });
  });

  test('is retained in production, and deletable where ephemeral', () => {
    const one = { regions: ['us-east-1'] };
    cluster(one).hasResource(TYPE, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    cluster(one, 'ephemeral').hasResource(TYPE, {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
  });
});

describe('DsqlPeering', () => {
  const peerArn = `arn:aws:dsql:us-east-2:${ACCOUNT}:cluster/peer`;
  const template = templateOf((stack) => {
    new DsqlPeering(stack, 'Peering', {
      ...{ clusterId: 'own', region: 'us-east-1', account: ACCOUNT, witnessRegion: 'us-west-2' },
      ...{ peerArn, handler: bundleFixture() },
    });
  }, 'us-east-1');

  test('names the own cluster, the witness and the peer', () => {
    expect(only(template, 'Custom::MeridianPeering')).toMatchObject({
      ...{ Cluster: 'own', WitnessRegion: 'us-west-2', Peers: [peerArn], ServiceTimeout: '120' },
    });
  });

  test('may change this cluster alone, and add this peer alone', () => {
    const own = `arn:aws:dsql:us-east-1:${ACCOUNT}:cluster/own`;
    const dsql = statements(template).filter(({ Action }) =>
      JSON.stringify(Action).includes('dsql'),
    );
    expect(dsql.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [['dsql:GetCluster', 'dsql:PutMultiRegionProperties', 'dsql:UpdateCluster'], own],
      ['dsql:PutWitnessRegion', [own, own.replace('us-east-1', 'us-west-2')]],
      ['dsql:AddPeerCluster', [own, peerArn]],
    ]);
  });
});
