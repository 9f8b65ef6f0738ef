import { parseTopology, shardOf, type TopologyDocument } from '../../lambda/topology';

const document: TopologyDocument = {
  schemaVersion: 1,
  epoch: 7,
  directory: { home: 'eu-central-1' },
  logicalShards: [
    { first: 0, last: 511, shard: 's0' },
    { first: 512, last: 1023, shard: 's1' },
  ],
  shards: {
    s0: { home: 'eu-central-1', state: 'serving', epoch: 1, domains: {} },
    s1: { home: 'us-east-2', state: 'fenced', epoch: 3, domains: {} },
  },
};

test('a document survives being stored', () => {
  expect(parseTopology(JSON.stringify(document))).toEqual(document);
});

test('a document of before the fence is in the first epoch', () => {
  const s0 = { ...document.shards.s0, epoch: undefined };
  const old = JSON.stringify({ ...document, shards: { ...document.shards, s0 } });
  expect(parseTopology(old)).toEqual(document);
});

test.each([
  ['no JSON', '{', /not JSON/],
  ['no object', 'null', /not an object/],
  ['another schema', { ...document, schemaVersion: 2 }, /must be 1, got: 2/],
  ['no epoch', { ...document, epoch: undefined }, /lacks `epoch`/],
  ['a gap', { ...document, logicalShards: [{ first: 0, last: 500, shard: 's0' }] }, /must cover/],
  [
    'an overlap',
    {
      ...document,
      logicalShards: [document.logicalShards[0], { first: 500, last: 1023, shard: 's1' }],
    },
    /must cover/,
  ],
])('a document with %s is refused', (_fault, value, message) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  expect(() => parseTopology(text)).toThrow(message);
});

test.each([
  [0, 's0'],
  [511, 's0'],
  [512, 's1'],
  [1023, 's1'],
])('logical shard %i is in %s', (logical, name) => {
  expect(shardOf(document, logical).name).toBe(name);
});

test('a logical shard beyond the ranges is nowhere', () => {
  expect(() => shardOf(document, 1024)).toThrow(/no shard holds logical shard 1024/);
});
