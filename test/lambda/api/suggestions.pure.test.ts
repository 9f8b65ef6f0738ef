import { type FollowGraph, suggest } from '../../../lambda/api/suggestions';

function graph(edges: Readonly<Record<string, readonly string[]>>): FollowGraph {
  return {
    neighbours: (id) => Promise.resolve(edges[id] ?? []),
    // Each neighbour's by themselves, as several shards answer.
    neighboursOf: (ids) =>
      Promise.resolve(ids.flatMap((id) => (edges[id] ?? []).map((other) => ({ id: other, n: 1 })))),
  };
}

test('who most of one’s own follow comes first, neither oneself nor whom one follows', async () => {
  const edges = { 1: ['2', '3', '4'], 2: ['9', '8', '1'], 3: ['9', '2'], 4: ['9', '8', '7'] };
  expect(await suggest(graph(edges), '1', 10)).toEqual(['9', '8', '7']);
  expect(await suggest(graph(edges), '1', 1)).toEqual(['9']);
});

test('whoever follows nobody is suggested nobody', async () => {
  expect(await suggest(graph({}), '1', 10)).toEqual([]);
});

test('how many of one’s own follow somebody adds up over shards; ties go by id, as numbers', async () => {
  const parts = [
    { id: '10', n: 2 },
    { id: '9', n: 2 },
    { id: '8', n: 1 },
    { id: '7', n: 1 },
    { id: '11', n: 3 },
    { id: '8', n: 2 },
    { id: '8', n: 1 },
  ];
  const asked: number[] = [];
  const ofShards: FollowGraph = {
    neighbours: () => Promise.resolve(Array.from({ length: 150 }, (_, n) => String(100 + n))),
    neighboursOf: (ids, mostEach) => {
      asked.push(ids.length, mostEach);
      return Promise.resolve(parts);
    },
  };
  expect(await suggest(ofShards, '1', 10)).toEqual(['8', '11', '9', '10', '7']);
  // The newest hundred of those whom one follows, and of each the newest fifty.
  expect(asked).toEqual([100, 50]);
});
