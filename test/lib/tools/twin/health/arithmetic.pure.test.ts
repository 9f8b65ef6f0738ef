import * as fc from 'fast-check';
import { calculate, observe } from '../../../../../lib/tools/twin/health';
import type { HealthState, Observation } from '../../../../../lib/tools/twin/health';

const UNKNOWN: Observation = { state: undefined, contradictions: 0 };
const after = (results: readonly boolean[], threshold = 3): HealthState =>
  results.reduce((before, result) => observe(before, result, threshold), UNKNOWN).state;

describe('an endpoint check', () => {
  test.each([
    [[], undefined],
    [[true], true],
    [[false], false],
    [[true, false, false], true],
    [[true, false, false, false], false],
    [[true, false, false, true, false, false], true],
    [[false, true, true], false],
    [[false, true, true, true], true],
  ])('is after %p: %p', (results, state) => {
    expect(after(results)).toBe(state);
  });
});

describe('a calculated check', () => {
  test.each<[readonly HealthState[], number, HealthState]>([
    [[true, true], 2, true],
    [[true, false], 2, false],
    [[true, undefined], 2, undefined],
    [[false, undefined], 2, false],
    [[true, undefined], 1, true],
    [[undefined, undefined], 1, undefined],
    [[], 0, true],
  ])('of %p with the threshold %p is %p', (children, threshold, state) => {
    expect(calculate(children, threshold)).toBe(state);
  });

  test('does not depend on an unknown child where it says healthy or unhealthy', () => {
    const child = fc.constantFrom<HealthState>(true, false, undefined);
    fc.assert(
      fc.property(fc.array(child), fc.nat(5), (children, threshold) => {
        const state = calculate(children, threshold);
        if (state === undefined) return;
        for (const instead of [true, false]) {
          const known = children.map((it) => it ?? instead);
          expect(calculate(known, threshold)).toBe(state);
        }
      }),
    );
  });
});
