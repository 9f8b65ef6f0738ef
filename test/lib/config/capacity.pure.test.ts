import fc from 'fast-check';
import {
  databaseConnections,
  databaseMemory,
  fewestTasks,
  peakRequestsPerSecond,
  regionalRequestsPerSecond,
} from '../../../lib/config';

const REFERENCE = { users: 10_000_000, dailyActive: 0.1, requestsPerUserDay: 30, peakFactor: 5 };

it('computes the peak from users, activity and the shape of the day', () => {
  expect(peakRequestsPerSecond(REFERENCE)).toBeCloseTo(1736.11, 2);
});

it.each([
  [1, 1736.11],
  [2, 1736.11],
  [3, 868.06],
  [5, 434.03],
])('with %i Regions each carries %d requests a second', (regions, expected) => {
  expect(regionalRequestsPerSecond(REFERENCE, regions)).toBeCloseTo(expected, 2);
});

it('counts the tasks of the reference', () => {
  const load = { demand: REFERENCE, regions: 3, share: 0.8, requestsPerSecond: 100 };
  // 868.06 × 0.8 = 694.4 a second on the two zones that are left: 4 tasks in each of three.
  expect(fewestTasks(load)).toBe(12);
});

const load = fc.record({
  demand: fc.record({
    users: fc.integer({ min: 1, max: 2_000_000_000 }),
    dailyActive: fc.double({ min: 0.001, max: 1, noNaN: true }),
    requestsPerUserDay: fc.double({ min: 0.01, max: 1000, noNaN: true }),
    peakFactor: fc.double({ min: 1, max: 50, noNaN: true }),
  }),
  regions: fc.integer({ min: 2, max: 11 }),
  share: fc.double({ min: 0.01, max: 1, noNaN: true }),
  requestsPerSecond: fc.double({ min: 1, max: 10_000, noNaN: true }),
});

it('carries the whole peak without any one Region and any one zone of each other', () => {
  fc.assert(
    fc.property(load, (of) => {
      const left = (of.regions - 1) * (fewestTasks(of) / 3) * 2 * of.requestsPerSecond;
      const needed = peakRequestsPerSecond(of.demand) * of.share;
      expect(left).toBeGreaterThanOrEqual(needed * (1 - 1e-9));
    }),
  );
});

it('has equally many tasks in each zone, at least one, and not one more than needed', () => {
  fc.assert(
    fc.property(load, (of) => {
      const tasks = fewestTasks(of);
      expect(tasks % 3).toBe(0);
      expect(tasks).toBeGreaterThanOrEqual(3);
      const fewer = (of.regions - 1) * (tasks / 3 - 1) * 2 * of.requestsPerSecond;
      const needed = peakRequestsPerSecond(of.demand) * of.share;
      if (tasks > 3) expect(fewer).toBeLessThan(needed * (1 + 1e-9));
    }),
  );
});

it('refuses a number of Regions that there cannot be', () => {
  expect(() => regionalRequestsPerSecond(REFERENCE, 0)).toThrow('got: 0');
});

it.each([
  ['db.r8g.large', 16],
  ['db.r8g.xlarge', 32],
  ['db.r7i.2xlarge', 64],
  ['db.r6g.16xlarge', 512],
])('knows that %s has %i GiB', (instanceClass, gib) => {
  expect(databaseMemory(instanceClass)).toBe(gib * 2 ** 30);
});

it('takes connections by the memory, up to what the engine takes at most', () => {
  expect(databaseConnections('db.r8g.large')).toBe(1622);
  expect(databaseConnections('db.r8g.48xlarge')).toBe(5000);
  expect(() => databaseConnections('db.t4g.medium')).toThrow('got: db.t4g.medium');
});

test('a serverless instance has two GiB for each unit, and takes connections by the most of them', () => {
  const units = (min: number, max: number) => ({ min, max });
  expect(databaseMemory('db.serverless', units(8, 32))).toBe(64 * 2 ** 30);
  expect(databaseConnections('db.serverless', units(8, 16))).toBe(
    databaseConnections('db.r8g.xlarge'),
  );
  expect(databaseConnections('db.serverless', units(1, 256))).toBe(5000);
  expect(databaseConnections('db.serverless', units(0.5, 256))).toBe(2000);
  expect(() => databaseMemory('db.serverless')).toThrow('db.serverless');
});
