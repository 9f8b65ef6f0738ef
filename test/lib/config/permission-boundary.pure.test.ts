import { resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const ACCOUNT = reference.account;
const boundary = (permissionBoundary: unknown) => ({ ...reference, permissionBoundary });

test('there is none by default', () => {
  expect(resolveDeployment(reference).permissionBoundary).toBeUndefined();
});

test.each([
  `arn:aws:iam::${ACCOUNT}:policy/boundary`,
  `arn:aws:iam::${ACCOUNT}:policy/teams/shop/boundary`,
  'arn:aws:iam::aws:policy/PowerUserAccess',
])('%s bounds every role', (arn) => {
  expect(resolveDeployment(boundary(arn)).permissionBoundary).toBe(arn);
});

test.each([
  'boundary',
  'arn:aws:iam::210987654321:policy/boundary',
  `arn:aws:iam::${ACCOUNT}:role/boundary`,
  `arn:aws:iam::${ACCOUNT}:policy/`,
  '',
  7,
  null,
])('%p is none: a policy of the account, or one of AWS', (value) => {
  expect(faultsIn(boundary(value))).toEqual([
    expect.objectContaining({
      path: 'permissionBoundary',
      allowed: expect.stringContaining(`"arn:aws:iam::${ACCOUNT}:policy/boundary"`) as string,
    }),
  ]);
});
