import { CfnOutput } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import type { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { EXISTING_NETWORK } from '../../../../lib/config';
import {
  ClientSecurityGroup,
  ExistingVpc,
  RegionalEndpoints,
  RegionalVpc,
  isolatedSubnets,
} from '../../../../lib/constructs/network';
import { existingNetwork } from '../../../support/existing-network';
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

describe('a closed RegionalVpc', () => {
  const region = { cidr: '10.7.0.0/16', zones: ['us-east-2a', 'us-east-2b', 'us-east-2c'] };
  const made = (closed: boolean): Template =>
    templateOf((stack) => {
      const { natAddresses } = new RegionalVpc(stack, 'Vpc', {
        ...{ region, closed, vpcName: 'network', logBucketArn: 'arn:aws:s3:::logs' },
      });
      new CfnOutput(stack, 'Nat', { value: `addresses: ${natAddresses}` });
    });
  const [closed, open] = [made(true), made(false)];

  test('has no NAT gateway, no address and no route of a private subnet', () => {
    closed.resourceCountIs('AWS::EC2::NatGateway', 0);
    closed.resourceCountIs('AWS::EC2::EIP', 0);
    closed.hasOutput('Nat', { Value: 'addresses: ' });
    const routes = Object.keys(closed.findResources('AWS::EC2::Route'));
    expect(routes).toHaveLength(3);
    expect(routes.every((id) => id.includes('Public'))).toBe(true);
  });

  test('has the subnets, tables, gateway endpoints and the flow log of an open one', () => {
    for (const type of ['Subnet', 'RouteTable', 'VPCEndpoint', 'FlowLog'])
      expect(closed.findResources(`AWS::EC2::${type}`)).toEqual(
        open.findResources(`AWS::EC2::${type}`),
      );
    closed.resourceCountIs('AWS::EC2::FlowLog', 1);
  });
});

test('RegionalVpc keeps who spoke to whom, all of it, in the log bucket', () => {
  const template = templateOf((stack) => {
    new RegionalVpc(stack, 'Vpc', {
      region: { cidr: '10.7.0.0/16', zones: ['us-east-2a', 'us-east-2b', 'us-east-2c'] },
      ...{ vpcName: 'network', logBucketArn: 'arn:aws:s3:::logs' },
    });
  });
  expect(only(template, 'AWS::EC2::FlowLog')).toMatchObject({
    ResourceType: 'VPC',
    TrafficType: 'ALL',
    LogDestinationType: 's3',
    LogDestination: 'arn:aws:s3:::logs/network',
  });
});

describe('RegionalEndpoints', () => {
  const template = templateOf((stack) => {
    new RegionalEndpoints(stack, 'Endpoints', {
      vpc: stack.importedVpc(),
      region: { name: 'us-east-2', cidr: '10.9.0.0/16' },
      account: '123456789012',
      services: ['ecr.api', 'cloudformation'],
    });
  });
  const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).map(
    ({ Properties }) => Properties as Record<string, unknown>,
  );

  test('answer under the names of their services, in the private subnet of each zone', () => {
    expect(endpoints.map(({ ServiceName }) => ServiceName)).toEqual([
      'com.amazonaws.us-east-2.ecr.api',
      'com.amazonaws.us-east-2.cloudformation',
    ]);
    for (const it of endpoints)
      expect(it).toMatchObject({
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        SubnetIds: ['subnet-private1', 'subnet-private2', 'subnet-private3'],
      });
  });

  test('admit the network on 443 alone, and open nothing themselves', () => {
    const group = only(template, 'AWS::EC2::SecurityGroup');
    expect(group['SecurityGroupIngress']).toEqual([
      expect.objectContaining({ CidrIp: '10.9.0.0/16', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
    ]); // prettier-ignore
    expect(group['SecurityGroupEgress']).toEqual([
      expect.objectContaining({ CidrIp: '255.255.255.255/32' }),
    ]);
  });

  test('let principals of the account alone call, but for what an instance says by its identity', () => {
    expect(endpoints.map(({ PolicyDocument }) => PolicyDocument)).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
          {
            ...{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'ecr:*', Resource: '*' },
            Condition: { StringEquals: { 'aws:PrincipalAccount': '123456789012' } },
          },
        ],
      },
      undefined,
    ]);
  });
});

describe('ExistingVpc', () => {
  const network = existingNetwork('us-east-2', 21);
  const zones = Object.values(network.zones);
  let addresses = '';
  const template = templateOf((stack) => {
    const existing = new ExistingVpc(stack, 'Vpc', { network });
    addresses = existing.natAddresses;
    const { vpc } = existing;
    const group = new SecurityGroup(stack, 'Group', { vpc });
    existing.noteAt(group);
    for (const [name, of] of [
      ['Public', vpc.publicSubnets],
      ['Private', vpc.privateSubnets],
      ['Isolated', vpc.isolatedSubnets],
    ] as const)
      // prettier-ignore
      new CfnOutput(stack, name, {
        value: of.map((it) => [it.subnetId, it.availabilityZone, it.routeTable.routeTableId].join()).join(' '), // prettier-ignore
      });
    new CfnOutput(stack, 'Inside', { value: isolatedSubnets(vpc).join() });
    new CfnOutput(stack, 'Network', { value: `${vpc.vpcId} ${vpc.vpcCidrBlock}` });
  });
  const value = (id: string): unknown =>
    (template.toJSON() as { Outputs: Record<string, { Value: unknown }> }).Outputs[id]?.Value;

  test('is by what is declared: its block, and in each zone the subnet of each kind with its table', () => {
    expect(value('Network')).toBe(`${network.vpcId} 172.21.0.0/16`);
    for (const kind of ['public', 'private', 'isolated'] as const) {
      const said = Object.entries(network.zones)
        .map(([zone, it]) => [it[kind].subnet, zone, it[kind].routeTable].join())
        .join(' ');
      expect(value(kind.charAt(0).toUpperCase() + kind.slice(1))).toBe(said);
    }
    expect(value('Inside')).toBe(zones.map(({ isolated }) => isolated.subnet).join());
    expect(addresses).toBe('198.51.21.1,198.51.21.2,198.51.21.3');
  });

  test('makes nothing, and leaves a note for whoever reads the template', () => {
    const { Resources } = template.toJSON() as {
      Resources: Record<string, { Type: string; Metadata?: Record<string, unknown> }>;
    };
    expect(Object.values(Resources).map(({ Type }) => Type)).toEqual(['AWS::EC2::SecurityGroup']);
    expect(Object.values(Resources)[0]?.Metadata?.[EXISTING_NETWORK]).toEqual({
      ...{ vpcId: network.vpcId, cidr: network.cidr, natAddresses: network.natAddresses },
      subnets: Object.fromEntries(
        Object.entries(network.zones).flatMap(([zone, it]) =>
          [it.public, it.private, it.isolated].map(({ subnet }) => [subnet, zone]),
        ),
      ),
    });
  });
});
