import type { Dependencies } from '../../../lambda/api/dependencies';
import { AGE_HEADER, ofEveryShard, showingAge } from '../../../lambda/api/reading';
import { Bulkheads } from '../../../lambda/platform/bulkhead';
import type { ShardLocation, TopologyDocument } from '../../../lambda/topology';

const shard = (...domains: string[]): ShardLocation => ({
  home: 'eu-central-1',
  state: 'serving',
  epoch: 1,
  domains: Object.fromEntries(
    domains.map((name) => [name, { database: name, secret: name, endpoints: {} }]),
  ),
});

test('what belongs to no one user is asked of every shard that holds content, and of no other', async () => {
  const document: TopologyDocument = {
    schemaVersion: 1,
    epoch: 1,
    directory: { home: 'eu-central-1' },
    logicalShards: [{ first: 0, last: 1023, shard: 's0' }],
    shards: {
      s0: shard('identity', 'content'),
      s1: shard('identity', 'content'),
      // What is not cut by user has a cluster of its own.
      all: shard('discovery'),
    },
  };
  const asked: ShardLocation[] = [];
  const databases = {
    holds: () => true,
    read: (location: ShardLocation) => {
      asked.push(location);
      return Promise.resolve('page');
    },
  };
  const bulkheads = new Bulkheads({ size: 2, queue: 2, waitMs: 1_000 });
  const deps = { databases, bulkheads } as unknown as Dependencies;
  expect(await ofEveryShard(deps, document, 'tags')).toEqual(['page', 'page']);
  expect(asked).toEqual([document.shards.s0, document.shards.s1]);
});

test('an answer of several parts bears the age of the oldest, in whole seconds that it is at most', () => {
  const headers: [string, string][] = [];
  const answer = { header: (name: string, value: string) => headers.push([name, value]) };
  const { noteAge } = showingAge(answer, {} as Dependencies);
  expect(headers).toEqual([]);
  for (const ageMs of [1_200, 4_001, 3_000]) noteAge?.(ageMs);
  expect(headers).toEqual([
    [AGE_HEADER, '2'],
    [AGE_HEADER, '5'],
  ]);
});
