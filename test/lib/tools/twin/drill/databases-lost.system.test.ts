import { Drills } from '../../../../support/drills';

const drills = Drills.ofThisFile();

test('all databases of a Region that are lost are replaced by those of another, and come back', async () => {
  const { regions, returned, rpo } = await drills.runFailover('databases-lost', '--return');
  expect(regions.writer).not.toBe(regions.hit);
  expect(rpo.doubled).toBe(0);
  expect(returned).toMatchObject({ steered: true, missingRows: 0 });
});
