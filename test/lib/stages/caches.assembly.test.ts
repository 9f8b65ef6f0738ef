import { loadAssembly } from '../../../lib/tools/assembly';
import { View } from '../../../lib/tools/review/private/view';
import { strongReference } from '../../../lib/tools/review/rules/dependencies';
import { parity } from '../../../lib/tools/review/rules/operations';
import { cacheFailover, datastore } from '../../../lib/tools/review/rules/stores';
import { synthesized } from '../../support/assembly';
import { bundleFixture } from '../../support/stack';

jest.setTimeout(120_000);

const shop = { bundle: bundleFixture(), healthPath: '/up', readyPath: '/ready' };

const declared = { services: { shop }, cache: { shards: 2, globalDatastore: {} } } as const;

describe('a global datastore', () => {
  test('stands behind its primary and before its secondaries', async () => {
    const { stacks } = await synthesized(declared);
    const needs = (id: string): readonly string[] => stacks.get(id)!.dependencies;
    expect(needs('CacheGlobal')).toContain('Cache-eu-central-1');
    for (const secondary of ['Cache-us-east-2', 'Cache-ap-northeast-1']) {
      expect(needs(secondary)).toContain('CacheGlobal');
      expect(stacks.get(secondary)!.text).toContain('/meridian/bindings/cache-datastore');
    }
    expect(needs('Cache-eu-central-1')).not.toContain('CacheGlobal');
    expect(stacks.get('Cache-eu-central-1')!.text).not.toContain('bindings');
  });

  test('is watched for its lag in the secondaries alone', async () => {
    const { stacks } = await synthesized(declared);
    expect(stacks.get('Alarms-us-east-2')!.text).toContain('cache-datastore-lag');
    expect(stacks.get('Alarms-us-east-2')!.text).toContain('meridian-us-east-2-c-g-0002-002');
    expect(stacks.get('Alarms-eu-central-1')!.text).not.toContain('cache-datastore-lag');
  });
});

test('a review finds nothing amiss in a global datastore: its members differ as they must', async () => {
  const { directory } = await synthesized(declared);
  const view = new View(loadAssembly(directory), {});
  for (const rule of [parity, datastore, cacheFailover, strongReference]) {
    expect([...rule.check(view)].map(({ message }) => message)).toEqual([]);
  }
});

test('servers of a serverless cache are told that it is a cluster, and its limits are watched', async () => {
  const { stacks } = await synthesized({ cache: { kind: 'serverless' } });
  expect(stacks.get('Service-us-east-2')!.text).toContain(':6379?cluster');
  const alarms = stacks.get('Alarms-us-east-2')!.text;
  expect(alarms).toMatch(/cache-throttled/);
  expect(alarms).toMatch(/ServerlessCacheName/);
  expect(alarms).not.toMatch(/CacheClusterId/);
});
