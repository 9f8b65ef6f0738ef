import { toRequestError } from '../../../lambda/platform/errors';

const DATABASE = 'database';

test.each([
  ['a statement that took too long', '57014', DATABASE],
  ['a lock that was not had', '55P03', DATABASE],
  ['a deadlock', '40P01', DATABASE],
  ['a conflict with replay', '40001', DATABASE],
  ['a standby', '25006', DATABASE],
  ['a lost connection', 'CONNECTION_CLOSED', DATABASE],
  ['too many connections', '53300', DATABASE],
  ['a lease that ran out', '25P04', 'fenced'],
])('%s is an outage, which may be repeated', (_what, code, field) => {
  const { status, errors, retryAfterSeconds } = toRequestError({ code })!;
  expect([status, Object.keys(errors), retryAfterSeconds]).toEqual([503, [field], 2]);
});

test.each([
  ['a constraint', { code: '23503' }],
  ['a syntax error', { code: '42601' }],
  ['an error of ours', new TypeError('x is undefined')],
  ['a text', 'x'],
  ['nothing', undefined],
])('%s is a defect', (_what, error) => {
  expect(toRequestError(error)).toBeUndefined();
});
