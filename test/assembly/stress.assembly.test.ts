import stress from '../../bench/fixtures/stress';
import { clustersOf, resolveDeployment, topologySeed } from '../../lib/config';
import type { Synthesized } from '../support/assembly';
import { synthesizedFrom } from '../support/assembly';

jest.setTimeout(180_000);

let made: Synthesized;
beforeAll(async () => {
  made = await synthesizedFrom(resolveDeployment(stress));
});

test('eight Regions and 64 shards keep every template below 450 resources and 900 kB', () => {
  expect(made.deployment.regions).toHaveLength(8);
  expect(made.deployment.shards).toHaveLength(64);
  const sizes = [...made.stacks.values()].map(({ id, text, template }) => ({
    id,
    resources: Object.keys(template.Resources).length,
    bytes: Buffer.byteLength(text),
  }));
  expect(sizes.filter(({ resources }) => resources === 0 || resources >= 450)).toEqual([]);
  expect(sizes.filter(({ bytes }) => bytes >= 900_000)).toEqual([]);
});

test('every cluster of the declaration is in the templates, once in each of its Regions', () => {
  const identifiers = [...made.stacks.values()].flatMap(({ template }) =>
    Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::RDS::DBCluster')
      .map(({ Properties }) => Properties!.DBClusterIdentifier),
  );
  const members = clustersOf(made.deployment).flatMap(({ regions }) => regions);
  expect(new Set(identifiers).size).toBe(identifiers.length);
  expect(identifiers).toHaveLength(members.length);
});

test('the seed of the topology document stays within what one item of a table holds', () => {
  const bytes = Buffer.byteLength(JSON.stringify(topologySeed(made.deployment)));
  // 400 KB, of which endpoints take more than the seed.
  expect(bytes).toBeLessThan(100_000);
});
