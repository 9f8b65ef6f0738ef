import type { CacheDeclaration } from '../../../lib/config';
import { Names, resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const shop = { bundle: './shop', healthPath: '/up', readyPath: '/ready' };
const OWN = { ...reference, services: { shop } };

const faultsOf = (cache: unknown, of: object = reference) =>
  faultsIn({ ...of, cache }).map(({ path, found }) => `${path}: ${found}`);

const FULL_SERVERLESS = {
  kind: 'serverless',
  maxStorageGb: 50,
  minStorageGb: 2,
  maxEcpuPerSecond: 90_000,
  minEcpuPerSecond: 5_000,
  snapshotDays: 3,
  userGroup: 'shop-servers',
} as const;

it('fills in the limits of a serverless cache of which only the kind is said', () => {
  expect(resolveDeployment({ ...reference, cache: { kind: 'serverless' } }).cache).toEqual({
    kind: 'serverless',
    maxStorageGb: 10,
    minStorageGb: undefined,
    maxEcpuPerSecond: 30_000,
    minEcpuPerSecond: undefined,
    snapshotDays: 0,
    userGroup: undefined,
  });
});

it('keeps every property of a serverless cache', () => {
  expect(resolveDeployment({ ...OWN, cache: FULL_SERVERLESS }).cache).toEqual(FULL_SERVERLESS);
});

it('keeps every property of nodes', () => {
  const cache: CacheDeclaration = {
    kind: 'nodes',
    nodeType: 'cache.r7g.large',
    replicas: 2,
    shards: 3,
    globalDatastore: { primary: 'us-east-2', secondaries: ['eu-central-1'] },
  };
  expect(resolveDeployment({ ...OWN, cache }).cache).toEqual(cache);
});

it('has the primary of a global datastore in the birth Region and the others as secondaries', () => {
  expect(resolveDeployment({ ...OWN, cache: { globalDatastore: {} } }).cache).toMatchObject({
    globalDatastore: { primary: 'eu-central-1', secondaries: ['us-east-2', 'ap-northeast-1'] },
  });
});

const six = (): object => {
  const regions = Object.fromEntries(
    ['eu-central-1', 'us-east-2', 'ap-northeast-1', 'sa-east-1'].map((name) => [name, {}]),
  );
  return { ...OWN, regions };
};

it.each<[string, unknown, object, string[]]>([
  ['a kind that there is not', { kind: 'memcached' }, reference, ['cache.kind: "memcached"']],
  [
    'options of nodes on a serverless cache',
    { kind: 'serverless', nodeType: 'cache.m7g.large', shards: 2 },
    reference,
    ['cache.nodeType: an option of another kind', 'cache.shards: an option of another kind'],
  ],
  [
    'a global datastore of serverless caches',
    { kind: 'serverless', globalDatastore: {} },
    OWN,
    ['cache.globalDatastore: an option of another kind'],
  ],
  [
    'limits of serverless on nodes',
    { maxStorageGb: 5 },
    reference,
    ['cache.maxStorageGb: an option of another kind'],
  ],
  [
    'more held ready than there may be',
    { kind: 'serverless', maxStorageGb: 5, minStorageGb: 6, minEcpuPerSecond: 40_000 },
    reference,
    ['cache.minStorageGb: 6', 'cache.minEcpuPerSecond: 40000'],
  ],
  [
    'fewer processing units than AWS takes',
    { kind: 'serverless', maxEcpuPerSecond: 999 },
    reference,
    ['cache.maxEcpuPerSecond: 999'],
  ],
  [
    'users that the sample workload does not sign in as',
    { kind: 'serverless', userGroup: 'shop-servers' },
    reference,
    ['cache.userGroup: "shop-servers"'],
  ],
  [
    'the name of no user group',
    { kind: 'serverless', userGroup: 'Shop Servers' },
    OWN,
    ['cache.userGroup: "Shop Servers"'],
  ],
  [
    'nodes of a family that bursts',
    { nodeType: 'cache.t4g.small', globalDatastore: {} },
    OWN,
    ['cache.nodeType: "cache.t4g.small"'],
  ],
  [
    'nodes of a family that no global datastore takes',
    { nodeType: 'cache.r8g.large' },
    reference,
    ['cache.nodeType: "cache.r8g.large"'],
  ],
  [
    'a global datastore under the sample workload, which writes every cache',
    { globalDatastore: {} },
    reference,
    ['cache.globalDatastore: an object'],
  ],
  [
    'a global datastore of more than three Regions',
    { globalDatastore: {} },
    six(),
    ['cache.globalDatastore.secondaries: 3 secondaries'],
  ],
  [
    'a global datastore of one Region',
    { globalDatastore: {} },
    { ...OWN, stage: 'replicated', regions: { 'eu-central-1': {} } },
    ['cache.globalDatastore.secondaries: 0 secondaries'],
  ],
  [
    'a primary that is a secondary as well',
    { globalDatastore: { primary: 'us-east-2', secondaries: ['us-east-2'] } },
    OWN,
    ['cache.globalDatastore.secondaries: a list with us-east-2'],
  ],
  [
    'a primary that does not serve',
    { globalDatastore: { primary: 'eu-west-3', secondaries: ['us-east-2'] } },
    OWN,
    ['cache.globalDatastore.primary: "eu-west-3"'],
  ],
  [
    'more nodes than a cluster takes',
    { shards: 31, replicas: 2 },
    reference,
    ['cache.shards: 93 nodes'],
  ],
])('refuses %s', (_what, cache, of, expected) => {
  expect(faultsOf(cache, of)).toEqual(expected);
});

it('names what cannot be changed in place anew, and every node as ElastiCache does', () => {
  const nodes = (cache: CacheDeclaration) => {
    const deployment = resolveDeployment({ ...OWN, cache });
    if (deployment.cache?.kind !== 'nodes') throw new Error('nodes were declared');
    return new Names(deployment).cacheNodes('us-east-2', deployment.cache);
  };
  expect(nodes({})).toEqual(['meridian-us-east-2-001', 'meridian-us-east-2-002']);
  expect(nodes({ shards: 2 })).toEqual([
    'meridian-us-east-2-c-0001-001',
    'meridian-us-east-2-c-0001-002',
    'meridian-us-east-2-c-0002-001',
    'meridian-us-east-2-c-0002-002',
  ]);
  expect(nodes({ globalDatastore: {} })[0]).toBe('meridian-us-east-2-g-001');
  expect(nodes({ globalDatastore: { primary: 'us-east-2' } })[0]).toBe('meridian-us-east-2-001');
});
