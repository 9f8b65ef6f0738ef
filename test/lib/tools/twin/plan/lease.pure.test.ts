import { leaseMs } from '../../../../../lib/tools/twin/plan';

describe('the lease in compressed time', () => {
  test.each([
    [undefined, 1, 10_000],
    [undefined, 10, 1_000],
    [undefined, 50, 500],
    ['4000', 2, 2_000],
    [undefined, 0.01, 60_000],
    [undefined, 3, 3_333],
  ])('of %p at a scale of %p is %i ms', (configured, timeScale, expected) => {
    expect(leaseMs(configured, timeScale)).toBe(expected);
  });
});
