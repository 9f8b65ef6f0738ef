import { Drills } from '../../../../support/drills';

const drills = Drills.ofThisFile();

test('a zone that falls silent is borne by its Region, nothing is lost, and it comes back', async () => {
  const result = await drills.run('zone-lost', '--return');
  if (result.flow !== 'carry-on') throw new Error('another Region took over');
  const { regions, rpo, rto, measured } = result;
  expect([regions.writer, rpo.lost, rpo.doubled]).toEqual([regions.hit, 0, 0]);
  expect(measured['zoneBackMs']).toBeGreaterThan(0);
  const { detect = 0, decide, promote = 0, client = 0, total = 0 } = rto ?? {};
  expect(decide).toBe(0);
  expect(promote).toBeGreaterThan(0);
  expect(detect + promote + client).toBeLessThanOrEqual(total);
});

test('a cache that is lost costs nobody an answer, and nothing fails over', async () => {
  const { flow, regions, rpo } = await drills.run('cache-lost');
  expect([flow, regions.writer]).toEqual(['carry-on', regions.hit]);
  expect(rpo.acknowledged).toBeGreaterThan(50);
});

test('a drill that does not exist is refused with the names of those that do', async () => {
  const refused = await drills.command('region-sunk');
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('region-killed, region-frozen, regions-partitioned');
  const none = await drills.command();
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('the Region that writes is gone');
});
