import { TemplateReader } from '../../../../../lib/tools/twin/plan';
import { planVersions } from '../../../../../lib/tools/twin/plan/private/versions';
import { Fixtures } from '../../assembly/fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

interface Wanted {
  readonly alias?: object;
  readonly configuration?: string;
  readonly alarms?: object;
}

/** A function under an alias, with a deployment group where a configuration is named. */
function planned({ alias = {}, configuration, alarms }: Wanted) {
  const version = { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Api' } } };
  const update = { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: 'Group' } } };
  const assembly = fixtures.load({
    Service: {
      template: {
        Resources: {
          ...{ Api: { Type: 'AWS::Lambda::Function' }, Stays: version, Next: version },
          Live: {
            Type: 'AWS::Lambda::Alias',
            Properties: {
              FunctionName: { Ref: 'Api' },
              FunctionVersion: { 'Fn::GetAtt': ['Stays', 'Version'] },
              ...alias,
            },
            ...(configuration !== undefined && { UpdatePolicy: update }),
          },
          Group: {
            Type: 'AWS::CodeDeploy::DeploymentGroup',
            Properties: {
              DeploymentConfigName: configuration ?? '',
              ...(alarms && { AlarmConfiguration: alarms }),
            },
          },
        },
      },
    },
  });
  return planVersions(new TemplateReader(assembly), assembly.resource('Service/Api')!);
}

const LAMBDA = 'CodeDeployDefault.Lambda';
const ALARMS = { Alarms: [{ Name: 'a' }], Enabled: true };

test('the weights of an alias are those of its versions', () => {
  const next = { FunctionVersion: { 'Fn::GetAtt': ['Next', 'Version'] }, FunctionWeight: 0.1 };
  const alias = { RoutingConfig: { AdditionalVersionWeights: [next] } };
  expect(planned({ alias })).toEqual({
    version: 'Stays',
    additional: [{ version: 'Next', weight: 0.1 }],
  });
  expect(planned({})).toEqual({ version: 'Stays' });
});

test('a weight that is no share is refused with the alias', () => {
  const next = { FunctionVersion: '7', FunctionWeight: 10 };
  const alias = { RoutingConfig: { AdditionalVersionWeights: [next] } };
  expect(() => planned({ alias })).toThrow(/Service\/Live.*from 0 to 1, got: 10/);
});

test.each([
  ['AllAtOnce', undefined],
  ['Canary10Percent5Minutes', { firstShare: 0.1, stepShare: 0.9, intervalSeconds: 300 }],
  ['Linear10PercentEvery1Minute', { firstShare: 0.1, stepShare: 0.1, intervalSeconds: 60 }],
  ['Linear10PercentEvery3Minutes', { firstShare: 0.1, stepShare: 0.1, intervalSeconds: 180 }],
])('a new version comes by %s', (name, expected) => {
  const { rollout } = planned({ configuration: `${LAMBDA}${name}`, alarms: ALARMS });
  expect(rollout).toEqual(expected && { ...expected, watched: true });
});

test('without alarms nobody takes a version back, and what is unknown is refused', () => {
  const { rollout } = planned({ configuration: `${LAMBDA}Canary10Percent5Minutes` });
  expect(rollout?.watched).toBe(false);
  expect(() => planned({ configuration: 'Our.Own' })).toThrow(/Service\/Group.*Our\.Own/);
});
