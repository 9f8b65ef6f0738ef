import { inventory } from '../../../../../lib/tools/twin/plan/private/inventory';
import { Fixtures } from '../../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const partsOf = (resources: object) =>
  inventory(fixtures.load({ Service: { template: { Resources: resources } } }), {
    ...{ real: true, label: 'a cache' },
  });
const record = (properties: object) => ({
  Type: 'AWS::Route53::RecordSet',
  Properties: { Name: 'a.example.com', TTL: '60', ...properties },
});

test('a record that DNS cannot answer here is not counted among those that it answers', () => {
  const parts = partsOf({
    Plain: record({ Type: 'A', ResourceRecords: ['127.0.0.1'] }),
    Odd: record({ Type: 'NAPTR', ResourceRecords: ['x'] }),
  });
  expect(parts).toMatchObject([
    { state: 'real', count: 1 },
    { state: 'not run', count: 1, engine: 'records of type NAPTR are not served' },
  ]);
});

test('a type that nobody has thought of is listed as missing, and not passed over', () => {
  const [part] = partsOf({ New: { Type: 'AWS::Nobody::Knows', Properties: {} } });
  expect(part).toMatchObject({ resource: 'AWS::Nobody::Knows', state: 'not run', count: 1 });
  expect(part?.engine).toMatch(/^not known here/);
});

describe('functions that the scheduler calls', () => {
  const caller = (expression: string, actions: string, variables: object = {}) => ({
    Role: { Type: 'AWS::IAM::Role', Properties: {} },
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: { Action: actions } } },
    },
    Code: {
      Type: 'AWS::Lambda::Function',
      Properties: { Role: arnOf('Role'), Environment: { Variables: variables } },
    },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: { ScheduleExpression: expression, Target: { Arn: arnOf('Code') } },
    },
  });
  const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const stateOf = (resources: object) =>
    partsOf(resources).find(({ resource }) => resource === 'AWS::Lambda::Function')?.state;

  test.each([
    ['rate(5 minutes)', 's3:GetObject', 'emulated'],
    ['cron(0 3 * * ? *)', 's3:GetObject', 'emulated'],
    ['at(2027-01-01T00:00:00)', 's3:GetObject', 'emulated'],
    ['cron(0 3 * * ? *)', 'backup:ListRecoveryPointsByBackupVault', 'not run'],
  ])('at %s with %s are %s', (expression, action, state) => {
    expect(stateOf(caller(expression, action))).toBe(state);
  });

  test('to ask public names, as canaries do, are not run', () => {
    const canary = { NAMESPACE: 'Meridian/shop/Canary' };
    expect(stateOf(caller('cron(* * * * ? *)', 's3:GetObject', canary))).toBe('not run');
  });

  test('at what is no time are refused by what is wrong with it', () => {
    expect(() => partsOf(caller('cron(0 25 * * ? *)', 's3:GetObject'))).toThrow(
      /Schedule: cron\(0 25 \* \* \? \*\): hours must be of 0 to 23, got: 25/,
    );
  });
});
