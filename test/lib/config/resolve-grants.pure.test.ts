import { GRANTED_PARTS, resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const declared = (grants?: unknown) => ({ ...reference, services: { api: { grants } } });
const resolved = (grants?: unknown): unknown =>
  resolveDeployment(declared(grants)).services[0]?.grants;

const faultsOf = (grants: unknown) =>
  faultsIn(declared(grants)).map(({ path, found }) => `${path}: ${found}`);

it('grants a service every part of the deployment where nothing is declared', () => {
  expect(resolved()).toEqual({ parts: GRANTED_PARTS, own: [] });
});

it('grants what is declared and no more, in one order', () => {
  const own = { actions: ['sqs:SendMessage'], resources: ['arn:aws:sqs:{region}:123456789012:x'] };
  expect(resolved([])).toEqual({ parts: [], own: [] });
  expect(resolved(['topology', own, 'sessions'])).toEqual({
    parts: ['sessions', 'topology'],
    own: [own],
  });
});

const queue = 'arn:aws:sqs:eu-west-1:123456789012:x';
it.each<[string, unknown, string[]]>([
  ['what is no list', 'sessions', ['services.api.grants: "sessions"']],
  ['a part that there is not', ['session'], ['services.api.grants.0: "session"']],
  [
    'every action, and every resource',
    [{ actions: ['*'], resources: ['*'] }],
    ['services.api.grants.0.actions.0: "*"', 'services.api.grants.0.resources.0: "*"'],
  ],
  [
    'every action of a service',
    [{ actions: ['s3:*'], resources: [queue] }],
    ['services.api.grants.0.actions.0: "s3:*"'],
  ],
  [
    'actions on nothing',
    [{ actions: ['sqs:SendMessage'], resources: [] }],
    ['services.api.grants.0.resources: an empty list'],
  ],
  [
    'resources without an action',
    [{ resources: [queue] }],
    ['services.api.grants.0.actions: nothing'],
  ],
])('refuses %s', (_what, grants, expected) => {
  expect(faultsOf(grants)).toEqual(expected);
});
