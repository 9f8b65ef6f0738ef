import { CfnOutput } from 'aws-cdk-lib';
import { BindingReader, BindingWriter } from '../../../../lib/constructs/binding';
import {
  bundleFixture,
  deploymentWith,
  only,
  statements,
  templateOf,
} from '../../../support/stack';

const handler = bundleFixture();
const deployment = deploymentWith();

describe('BindingWriter', () => {
  const template = templateOf((stack) => {
    new BindingWriter(stack, 'NatAddresses', {
      deployment,
      binding: { kind: 'nat-addresses', producer: 'us-east-2' },
      value: '192.0.2.1,192.0.2.2',
      handler,
    });
  });
  const name = '/meridian/bindings/nat-addresses/us-east-2';

  test('writes the value into each consuming Region', () => {
    expect(only(template, 'Custom::MeridianBinding')).toMatchObject({
      Name: name,
      Value: '192.0.2.1,192.0.2.2',
      Regions: ['eu-central-1', 'ap-northeast-1'],
      ServiceTimeout: '120',
    });
  });

  test('may put and delete exactly these parameters', () => {
    expect(statements(template)[1]).toEqual({
      Effect: 'Allow',
      Action: ['ssm:DeleteParameter', 'ssm:PutParameter'],
      Resource: ['ap-northeast-1', 'eu-central-1'].map(
        (region) => `arn:aws:ssm:${region}:123456789012:parameter${name}`,
      ),
    });
  });

  test('is refused where nobody would read', () => {
    const alone = deploymentWith({ regions: { 'eu-central-1': {}, 'us-east-2': {} } });
    const nobody = { ...alone, regions: alone.regions.slice(1) };
    expect(() =>
      templateOf((stack) => {
        new BindingWriter(stack, 'NatAddresses', {
          deployment: nobody,
          binding: { kind: 'nat-addresses', producer: 'us-east-2' },
          value: '',
          handler,
        });
      }),
    ).toThrow(/`binding` must have a consuming Region/);
  });
});

test('BindingReader is a parameter of SSM type with the computed name', () => {
  const template = templateOf((stack) => {
    const { value } = new BindingReader(stack, 'ZoneId', {
      deployment,
      binding: { kind: 'zone-id' },
    });
    new CfnOutput(stack, 'Seen', { value });
  });
  const parameters = template.findParameters('*', { Default: '/meridian/bindings/zone-id' });
  const [id] = Object.keys(parameters);
  expect(Object.values(parameters)[0]).toMatchObject({
    Type: 'AWS::SSM::Parameter::Value<String>',
  });
  template.hasOutput('Seen', { Value: { Ref: id } });
});
