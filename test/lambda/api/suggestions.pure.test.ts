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
