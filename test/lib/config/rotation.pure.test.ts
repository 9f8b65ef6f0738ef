import { resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';

const days = (secretRotationDays?: unknown) =>
  resolveDeployment({
    ...reference,
    ...(secretRotationDays !== undefined && { secretRotationDays }),
  }).secretRotationDays;

test('credentials rotate every 30 days, or as declared, or not at all', () => {
  expect([days(), days(1), days(365), days(false)]).toEqual([30, 1, 365, undefined]);
});

test.each([0, 366, 1.5, true, '30'])('refuses %p', (value) => {
  expect(() => days(value)).toThrow(
    `secretRotationDays: found ${JSON.stringify(value)}; allowed: an integer between 1 and 365, in days, or false`,
  );
});
