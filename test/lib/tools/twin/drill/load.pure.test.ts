import { RAMP_SECONDS, rampedUp } from '../../../../../lib/tools/twin/drill/private/load';

const rate = (seconds: number) => (rampedUp(seconds + 0.001) - rampedUp(seconds)) / 0.001;

test('the load begins with a tenth, grows steadily, and then stays whole', () => {
  expect(rate(0)).toBeCloseTo(0.1, 2);
  expect(rate(RAMP_SECONDS / 2)).toBeCloseTo(0.55, 2);
  expect(rate(RAMP_SECONDS + 0.1)).toBeCloseTo(1, 6);
  expect(rampedUp(RAMP_SECONDS + 10) - rampedUp(RAMP_SECONDS)).toBeCloseTo(10, 6);
});
