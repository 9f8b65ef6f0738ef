import { defineDeployment } from '../../../../config';

/**
 * The least that has two shards: both are written in one Region and copied to another. Servers alone: a
 * function's instance waits for a slow shard as a whole, and the twin has but a few of them.
 */
export default defineDeployment({
  schemaVersion: 1,
  stage: 'sharded',
  account: '123456789012',
  domainName: 'example.com',
  regions: { 'eu-central-1': {}, 'us-east-2': {} },
  demand: { users: 1_000_000 },
  services: { api: { compute: { fargate: {} } } },
  stores: { main: { engine: 'aurora' } },
  shards: {
    s0: { home: 'eu-central-1', standbys: ['us-east-2'] },
    s1: { home: 'eu-central-1', standbys: ['us-east-2'] },
  },
});
