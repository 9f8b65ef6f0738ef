import { Drills } from '../../../../support/drills';

const drills = Drills.ofThisFile();

test('a Region that is killed is replaced: only what was not replayed is lost', async () => {
  const { rto, rtoAsConfigured, rpo, regions, errors } = await drills.runFailover('region-killed');
  expect(regions).toMatchObject({ hit: 'eu-central-1' });
  expect(regions.writer).not.toBe('eu-central-1');
  const { total, ...parts } = rto;
  expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
  // Three checks ten seconds apart, a lease of ten seconds, a decision of thirty.
  expect(rtoAsConfigured.total).toBeGreaterThan(60_000);
  expect(rtoAsConfigured.lease).toBeGreaterThanOrEqual(10_000);
  expect(rpo.lost).toBeGreaterThan(0);
  expect(Object.keys(errors)).toHaveLength(3);
});

test('of two sides of a partition one writes; the other comes back as a secondary', async () => {
  const { fence, rpo, returned } = await drills.runFailover('regions-partitioned', '--return');
  expect(returned).toMatchObject({ steered: true, status: 201, missingRows: 0 });
  expect(fence).toMatchObject({ writtenByOld: 0, oldTakesWrites: true, confirmed: false });
  expect(fence.refused).toBeGreaterThan(0);
  expect(rpo.lostWrites.every(({ heldByOldWriter }) => heldByOldWriter)).toBe(true);
});
