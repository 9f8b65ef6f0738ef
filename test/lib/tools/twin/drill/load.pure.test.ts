import { rampedUp, rampSeconds } from '../../../../../lib/tools/twin/drill/private/load';

const RAMP = rampSeconds(200);
const rate = (seconds: number) =>
  (rampedUp(seconds + 0.001, RAMP) - rampedUp(seconds, RAMP)) / 0.001;

test('the load begins with a tenth, grows steadily, and then stays whole', () => {
  expect(rate(0)).toBeCloseTo(0.1, 2);
  expect(rate(RAMP / 2)).toBeCloseTo(0.55, 2);
  expect(rate(RAMP + 0.1)).toBeCloseTo(1, 6);
  expect(rampedUp(RAMP + 10, RAMP) - rampedUp(RAMP, RAMP)).toBeCloseTo(10, 6);
});

test('a great load grows for longer: no faster than processes get up to speed', () => {
  expect(rampSeconds(20)).toBe(6);
  expect(rampSeconds(200)).toBeGreaterThan(20);
});
