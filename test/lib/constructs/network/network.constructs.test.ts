import { CfnOutput } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { ClientSecurityGroup, RegionalVpc } from '../../../../lib/constructs/network';
import { only, templateOf } from '../../../support/stack';

describe('RegionalVpc', () => {
  const template = templateOf((stack) => {
    const { natAddresses } = new RegionalVpc(stack, 'Vpc', {
      region: { cidr: '10.7.0.0/16', zones: ['us-east-2a', 'us-east-2b', 'us-east-2c'] },
      vpcName: 'meridian-network-us-east-2',
      logBucketArn: 'arn:aws:s3:::logs',
    });
    new CfnOutput(stack, 'Nat', { value: natAddresses });
  });
  const subnets = Object.values(template.findResources('AWS::EC2::Subnet')).map(
    ({ Properties }) =>
      Properties as { AvailabilityZone: string; CidrBlock: string; MapPublicIpOnLaunch: boolean },
  );

  test('has a public, a private and an isolated subnet in each declared zone', () => {
    expect(subnets.map(({ AvailabilityZone, CidrBlock }) => [AvailabilityZone, CidrBlock])).toEqual(
      [
        ['us-east-2a', '10.7.0.0/24'],
        ['us-east-2b', '10.7.1.0/24'],
        ['us-east-2c', '10.7.2.0/24'],
        ['us-east-2a', '10.7.16.0/20'],
        ['us-east-2b', '10.7.32.0/20'],
        ['us-east-2c', '10.7.48.0/20'],
        ['us-east-2a', '10.7.64.0/22'],
        ['us-east-2b', '10.7.68.0/22'],
        ['us-east-2c', '10.7.72.0/22'],
      ],
    );
  });

  test('gives nothing a public address by itself', () => {
    expect(subnets.filter((subnet) => subnet.MapPublicIpOnLaunch)).toEqual([]);
  });

  test('has a NAT gateway in each zone, with addresses of ours, in the order they are told', () => {
    const gateways = Object.values(template.findResources('AWS::EC2::NatGateway'));
    const ids = gateways.map(
      ({ Properties }) =>
        (Properties as { AllocationId: { 'Fn::GetAtt': [string, string] } }).AllocationId[
          'Fn::GetAtt'
        ][0],
    );
    expect(ids).toHaveLength(3);
    expect(new Set(ids)).toEqual(new Set(Object.keys(template.findResources('AWS::EC2::EIP'))));
    template.hasOutput('Nat', {
      Value: { 'Fn::Join': [',', ids.map((id) => ({ 'Fn::GetAtt': [id, 'PublicIp'] }))] },
    });
  });

  test('routes isolated subnets nowhere', () => {
    const routes = Object.values(template.findResources('AWS::EC2::Route'));
    expect(routes).toHaveLength(6);
    expect(JSON.stringify(routes)).not.toContain('Isolated');
  });

  test('reaches S3 and DynamoDB by gateway endpoints', () => {
    for (const service of ['.s3', '.dynamodb']) {
      template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
        VpcEndpointType: 'Gateway',
        ServiceName: {
          'Fn::Join': ['', ['com.amazonaws.', Match.anyValue(), service]],
        },
      });
    }
  });

  test('closes the default security group', () => {
    template.resourceCountIs('Custom::VpcRestrictDefaultSG', 1);
  });
});

test('ClientSecurityGroup admits nothing, and opens HTTPS and the databases of its network', () => {
  const template = templateOf((stack) => {
    new ClientSecurityGroup(stack, 'Group', { vpc: stack.importedVpc(), description: 'Functions' });
  });
  expect(only(template, 'AWS::EC2::SecurityGroup')).toEqual({
    GroupDescription: 'Functions',
    VpcId: 'vpc-1',
    SecurityGroupEgress: [
      expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 }),
      expect.objectContaining({ CidrIp: '10.9.0.0/16', FromPort: 5432, ToPort: 5432 }),
    ],
  });
});
