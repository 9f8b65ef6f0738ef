import type { WorkloadEnvironment } from '../../../lambda/environment';
import type { TopologySeed } from '../../../lambda/topology';
import { resolveDeployment, topologySeed } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { RESERVED_VARIABLES } from '../../../lib/config/private/services-section';

it('seeds every shard at its home, with the databases and secrets of its domains', () => {
  const deployment = resolveDeployment({
    ...reference,
    shards: { west: { home: 'us-east-2', logical: [512, 1023] }, east: { logical: [0, 511] } },
  });
  const domains = {
    identity: { store: 'main', database: 'identity', secret: 'meridian/domain/identity' },
    content: { store: 'main', database: 'content', secret: 'meridian/domain/content' },
    social: { store: 'main', database: 'social', secret: 'meridian/domain/social' },
  };
  // The annotation holds the seed to the shape that the workload reads.
  const seed: TopologySeed = topologySeed(deployment);
  expect(seed).toEqual({
    directory: { home: 'eu-central-1' },
    logicalShards: [
      { first: 0, last: 511, shard: 'east' },
      { first: 512, last: 1023, shard: 'west' },
    ],
    shards: { west: { home: 'us-east-2', domains }, east: { home: 'eu-central-1', domains } },
  });
});

it('reserves every variable of the workload', () => {
  const variables: Record<keyof WorkloadEnvironment, true> = {
    MERIDIAN_REGION: true,
    TOPOLOGY_TABLE: true,
    TOPOLOGY_REGIONS: true,
    SESSION_TABLE: true,
    DIRECTORY_TABLE: true,
    SIGNING_SECRET: true,
    ORIGIN_SECRET: true,
    ORIGIN_DEMANDED: true,
    PEER_URLS: true,
    DATABASE_TLS: true,
    CACHE_ENDPOINT: true,
    EVENT_QUEUE: true,
    UPLOAD_BUCKET: true,
    NOTIFICATION_TABLE: true,
    DRAFT_TABLE: true,
    LEASE_MS: true,
    POOL_SIZE: true,
    TRACE_SHARE: true,
  };
  expect(RESERVED_VARIABLES).toEqual(expect.arrayContaining(Object.keys(variables)));
});
