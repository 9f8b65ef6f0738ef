import type { AssemblyResource } from '../../assembly';
import { isJsonObject } from '../../assembly';
import type { Rule } from '../model';
import { servingRegions } from '../private/routing';
import { shardMapsOf } from '../private/shard-map';
import type { View } from '../private/view';
import { bucketReplication } from './replication';

const CACHE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg';
const S3 = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';
/** Node families that global datastores accept, large and above. */
const FAMILIES = /^cache\.(m5|m6g|m7g|r5|r6g|r6gd|r7g|c7gn)\.(?!micro|small|medium)\w+$/;
const MOST_DATASTORE_REGIONS = 3;

const groups = (view: View): readonly AssemblyResource[] =>
  view.all('AWS::ElastiCache::ReplicationGroup');
const isSecondary = (view: View, it: AssemblyResource): boolean =>
  view.has(it, 'GlobalReplicationGroupId');

export const cacheFailover: Rule = {
  id: 'cache-one-node',
  severity: 'error',
  title: 'A cache fails over by itself to a replica in another zone',
  reason:
    'With the one node all sessions and the shield of the database are gone, while its replacement starts.',
  source: `${CACHE}/AutoFailover.html`,
  remedy: 'Set AutomaticFailoverEnabled and MultiAZEnabled with at least one replica.',
  covers: ['R24'],
  *check(view) {
    for (const it of groups(view).filter((group) => !isSecondary(view, group))) {
      if (view.flag(it, 'AutomaticFailoverEnabled') !== true)
        yield { at: it, message: 'does not fail over by itself' };
      if (view.flag(it, 'MultiAZEnabled') !== true)
        yield { at: it, message: 'may have all its nodes in one zone' };
      const nodes = view.number(it, 'NumCacheClusters');
      const replicas = view.number(it, 'ReplicasPerNodeGroup');
      if ((nodes !== undefined && nodes < 2) || replicas === 0)
        yield { at: it, message: 'has no replica' };
    }
    for (const it of view.all('AWS::ElastiCache::CacheCluster')) {
      if (view.text(it, 'Engine') === 'memcached') continue;
      yield { at: it, message: 'is a single node' };
    }
  },
};

export const datastore: Rule = {
  id: 'global-datastore-illegal',
  severity: 'error',
  title: 'A global datastore has nodes of an accepted family, equal in at most three Regions',
  reason:
    'ElastiCache refuses other members, and a smaller secondary cannot hold what it is promoted with.',
  source: `${CACHE}/Redis-Global-Datastores-Getting-Started.html`,
  remedy: 'Use m5, m6g, m7g, r5, r6g, r6gd, r7g or c7gn, large or above, in three Regions at most.',
  covers: ['R24'],
  *check(view) {
    for (const global of view.all('AWS::ElastiCache::GlobalReplicationGroup')) {
      const listed = view.list(global, 'Members').length;
      const named = new Set(view.out(global, 'Members'));
      const joined = view
        .into(global, 'AWS::ElastiCache::ReplicationGroup')
        .filter((it) => isSecondary(view, it) && !named.has(it));
      const members = listed + joined.length;
      if (members > MOST_DATASTORE_REGIONS) yield { at: global, message: `has ${members} members` };
      for (const member of view
        .out(global, 'Members')
        .filter(({ type }) => type === 'AWS::ElastiCache::ReplicationGroup')) {
        const type = view.text(member, 'CacheNodeType');
        if (type !== undefined && !FAMILIES.test(type))
          yield { at: member, message: `${type} cannot be in a global datastore` };
      }
      for (const member of view
        .out(global, 'Members')
        .filter(({ type }) => type.includes('Serverless'))) {
        yield { at: member, message: 'is serverless, which a global datastore cannot have' };
      }
    }
    for (const it of groups(view).filter((group) => isSecondary(view, group))) {
      for (const name of ['CacheNodeType', 'Engine', 'EngineVersion', 'NumNodeGroups']) {
        if (view.has(it, name))
          yield {
            at: it,
            message: `is a secondary and sets ${name}, which it takes from the primary`,
          };
      }
    }
  },
};

/** Buckets whose objects are read at run time, by the CDN or by what serves; logs are not. */
export const bucketVersions: Rule = {
  id: 'bucket-unversioned',
  severity: 'warning',
  title: 'Buckets that the product reads keep versions',
  reason:
    'Without versions an overwritten or deleted object is gone in every Region that it was copied to.',
  source: `${S3}/Versioning.html`,
  remedy: 'Set VersioningConfiguration.Status: Enabled.',
  covers: ['R25'],
  *check(view) {
    for (const bucket of view.all('AWS::S3::Bucket')) {
      const read = view
        .into(bucket)
        .some(({ type }) => /Distribution|HealthCheck|Lambda::Function|TaskDefinition/.test(type));
      if (read && view.text(bucket, 'VersioningConfiguration.Status') !== 'Enabled') {
        yield { at: bucket, message: 'is read by the product and keeps no versions' };
      }
    }
  },
};

export const shardMap: Rule = {
  id: 'shard-map-incomplete',
  severity: 'error',
  title:
    'Every logical shard has exactly one shard, at home in a Region that has a second copy elsewhere',
  reason:
    'A logical shard without a shard loses its users; one held twice writes them in two places.',
  source: 'docs/architecture.md',
  remedy: 'Map every logical shard once, to shards whose home is a Region of the store.',
  covers: ['R26'],
  *check(view) {
    const isMany = view.once(servingRegions).length > 1;
    for (const { at, ranges, shards, regions, total } of view.once(shardMapsOf)) {
      const held = new Array<number>(total).fill(0);
      for (const { first, last, shard } of ranges) {
        if (shards[shard] === undefined)
          yield {
            at,
            message: `logical shards ${first} to ${last} go to ${shard}, which is no shard`,
          };
        if (first > last || last >= total)
          yield { at, message: `the range ${first} to ${last} is none` };
        for (let it = Math.max(first, 0); it <= Math.min(last, total - 1); it += 1)
          held[it] = (held[it] ?? 0) + 1;
      }
      const none = held.filter((count) => count === 0).length;
      const twice = held.filter((count) => count > 1).length;
      if (none > 0) yield { at, message: `${none} of ${total} logical shards have no shard` };
      if (twice > 0) yield { at, message: `${twice} logical shards have two shards` };
      for (const [name, { home }] of Object.entries(shards)) {
        if (!regions.includes(home))
          yield { at, message: `${name} is at home in ${home}, where no database stands` };
        else if (regions.length < 2 && isMany)
          yield { at, message: `${name} has no Region to fail over to` };
      }
    }
  },
};

export const shardMapsDiffer: Rule = {
  id: 'shard-maps-differ',
  severity: 'error',
  title: 'All Regions are given the same shard map',
  reason: 'Two Regions that map a user differently both write that user.',
  source: 'docs/architecture.md',
  remedy: 'Seed every Region from the one declaration.',
  covers: ['R26', 'R28'],
  *check(view) {
    const maps = view.once(shardMapsOf);
    const texts = maps.map(({ seed }) => JSON.stringify(seed));
    const usual = texts.find((text) => texts.filter((it) => it === text).length * 2 > texts.length);
    if (usual === undefined || !isJsonObject(maps[0]?.seed)) return;
    for (const [index, { at }] of maps.entries()) {
      if (texts[index] !== usual)
        yield { at, message: 'has another shard map than the other Regions' };
    }
  },
};

export const STORE_RULES: readonly Rule[] = [
  cacheFailover,
  datastore,
  bucketReplication,
  bucketVersions,
  shardMap,
  shardMapsDiffer,
];
