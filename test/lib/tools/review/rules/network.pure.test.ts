import { describeCases, resource } from '../cases';
import type { Case, ResourceFixture, Stacks } from '../cases';

const tables = (kind: string, id: string): Record<string, ResourceFixture> => ({
  [`${kind}Table${id}`]: resource('AWS::EC2::RouteTable', { VpcId: { Ref: 'Vpc' } }),
  [`${kind}Of${id}`]: resource('AWS::EC2::SubnetRouteTableAssociation', {
    SubnetId: { Ref: `${kind}${id}` },
    RouteTableId: { Ref: `${kind}Table${id}` },
  }),
});

/** A VPC of two zones: public subnets with NAT, private ones behind it, isolated ones without. */
const zone = (name: string, letter: string, index: number): Record<string, ResourceFixture> => {
  const id = letter.toUpperCase();
  const subnet = (kind: string, third: number) =>
    resource('AWS::EC2::Subnet', {
      VpcId: { Ref: 'Vpc' },
      AvailabilityZone: `${name}${letter}`,
      CidrBlock: `10.${name === 'eu-west-1' ? 0 : 1}.${third}.0/24`,
      Tags: [{ Key: 'kind', Value: kind }],
    });
  return {
    [`Public${id}`]: subnet('public', index),
    [`Private${id}`]: subnet('private', 10 + index),
    [`Isolated${id}`]: subnet('isolated', 20 + index),
    [`Nat${id}`]: resource('AWS::EC2::NatGateway', { SubnetId: { Ref: `Public${id}` } }),
    ...tables('Private', id),
    ...tables('Isolated', id),
    [`Out${id}`]: resource('AWS::EC2::Route', {
      RouteTableId: { Ref: `PrivateTable${id}` },
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: { Ref: `Nat${id}` },
    }),
  };
};

const region = (name: string): Stacks[string] => ({
  region: name,
  template: {
    Resources: {
      Vpc: resource('AWS::EC2::VPC', {
        CidrBlock: name === 'eu-west-1' ? '10.0.0.0/16' : '10.1.0.0/16',
        Tags: [{ Key: 'Name', Value: `vpc-${name}` }],
      }),
      ...zone(name, 'a', 0),
      ...zone(name, 'b', 1),
      ...Object.fromEntries(
        ['s3', 'dynamodb'].map((service) => [
          service,
          resource('AWS::EC2::VPCEndpoint', {
            VpcId: { Ref: 'Vpc' },
            ServiceName: { 'Fn::Sub': `com.amazonaws.\${AWS::Region}.${service}` },
            RouteTableIds: [{ Ref: 'PrivateTableA' }, { Ref: 'PrivateTableB' }],
          }),
        ]),
      ),
      Service: resource('AWS::ECS::Service', {
        NetworkConfiguration: {
          AwsvpcConfiguration: { Subnets: [{ Ref: 'PrivateA' }, { Ref: 'PrivateB' }] },
        },
      }),
      Group: resource('AWS::EC2::SecurityGroup', {
        SecurityGroupIngress: [
          { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 },
        ],
      }),
    },
  },
});

const application = (): Stacks => ({
  'eu-west-1': region('eu-west-1'),
  'us-west-2': region('us-west-2'),
});

// prettier-ignore
const CASES: readonly Case[] = [
  ['nat-other-zone', 'one NAT gateway for two zones', 'eu-west-1/PrivateB', (it) => { it.set('eu-west-1/OutB', 'NatGatewayId', { Ref: 'NatA' }); }],
  ['gateway-endpoint-missing', 'no endpoint for DynamoDB', 'eu-west-1/Vpc', (it) => { it.drop('eu-west-1/dynamodb'); }],
  ['gateway-endpoint-missing', 'a route table left out', 'eu-west-1/s3', (it) => { it.drop('eu-west-1/s3', 'RouteTableIds.1'); }],
  ['gateway-endpoint-missing', "another Region's service", 'eu-west-1/s3', (it) => { it.set('eu-west-1/s3', 'ServiceName', 'com.amazonaws.us-west-2.s3'); }],
  ['addresses-overlap', 'the same block in two Regions', 'us-west-2/Vpc', (it) => { it.set('us-west-2/Vpc', 'CidrBlock', '10.0.0.0/16'); }],
  ['addresses-overlap', 'a subnet outside its VPC', 'eu-west-1/PublicA', (it) => { it.set('eu-west-1/PublicA', 'CidrBlock', '10.9.0.0/24'); }],
  ['addresses-overlap', 'two subnets of one block', 'eu-west-1/PublicB', (it) => { it.set('eu-west-1/PublicB', 'CidrBlock', '10.0.0.128/25'); }],
  ['vpc-name-twice', 'two VPCs of one name', 'us-west-2/Vpc', (it) => { it.set('us-west-2/Vpc', 'Tags.0.Value', 'vpc-eu-west-1'); }],
  ['data-port-public', 'PostgreSQL for everybody', 'eu-west-1/Group', (it) => { it.set('eu-west-1/Group', 'SecurityGroupIngress.0', { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 }); }],
  ['data-port-public', 'all protocols for everybody', 'eu-west-1/Open', (it) => { it.add('eu-west-1/Open', resource('AWS::EC2::SecurityGroupIngress', { CidrIpv6: '::/0', IpProtocol: '-1' })); }],
];

describeCases(application, CASES);
