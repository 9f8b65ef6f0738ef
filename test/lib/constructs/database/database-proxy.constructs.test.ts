import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { Proxy } from '../../../../lib/config';
import { DatabaseProxy } from '../../../../lib/constructs/database';
import { deploymentWith, only, statements, templateOf } from '../../../support/stack';

const ARN = 'arn:aws:secretsmanager:us-east-2:123456789012:secret:meridian/domain/identity-AbCdEf';
const PROXY: Proxy = {
  maxConnectionsPercent: 60,
  maxIdleConnectionsPercent: 30,
  borrowTimeoutSeconds: 7,
  idleClientSeconds: 900,
};
let endpoints: unknown;
const template = templateOf((stack) => {
  const proxy = new DatabaseProxy(stack, 'main-s0', {
    ...{ deployment: deploymentWith(), region: 'us-east-2', proxy: PROXY },
    proxyName: 'meridian-main-s0',
    cluster: 'meridian-main-s0-us-east-2',
    clusterGroup: SecurityGroup.fromSecurityGroupId(stack, 'Cluster', 'sg-cluster'),
    secrets: [{ name: 'meridian/domain/identity', arn: ARN }],
    vpc: stack.importedVpc(),
    client: SecurityGroup.fromSecurityGroupId(stack, 'Client', 'sg-client'),
  });
  endpoints = stack.resolve(proxy.endpoints);
});

test('it takes TLS alone, and lets in the roles whose secrets it reads', () => {
  expect(only(template, 'AWS::RDS::DBProxy')).toMatchObject({
    DBProxyName: 'meridian-main-s0',
    EngineFamily: 'POSTGRESQL',
    RequireTLS: true,
    DebugLogging: false,
    IdleClientTimeout: 900,
    Auth: [
      {
        AuthScheme: 'SECRETS',
        ClientPasswordAuthType: 'POSTGRES_SCRAM_SHA_256',
        IAMAuth: 'DISABLED',
        SecretArn: ARN,
      },
    ],
    VpcSubnetIds: ['subnet-isolated1', 'subnet-isolated2', 'subnet-isolated3'],
  });
});

test('it shares connections of the one cluster, and has a way to its readers', () => {
  expect(only(template, 'AWS::RDS::DBProxyTargetGroup')).toMatchObject({
    TargetGroupName: 'default',
    DBClusterIdentifiers: ['meridian-main-s0-us-east-2'],
    ConnectionPoolConfigurationInfo: {
      MaxConnectionsPercent: 60,
      MaxIdleConnectionsPercent: 30,
      ConnectionBorrowTimeout: 7,
    },
  });
  expect(only(template, 'AWS::RDS::DBProxyEndpoint')).toMatchObject({
    DBProxyEndpointName: 'meridian-main-s0-read',
    TargetRole: 'READ_ONLY',
  });
  expect(JSON.stringify(endpoints)).toMatch(/writer.*Endpoint.*5432.*reader.*Endpoint.*5432/);
});

test('it reads these secrets by the data key of its Region, and nothing else', () => {
  expect(statements(template)).toEqual([
    {
      Action: 'secretsmanager:GetSecretValue',
      Effect: 'Allow',
      Resource:
        'arn:aws:secretsmanager:us-east-2:123456789012:secret:meridian/domain/identity-??????',
    },
    expect.objectContaining({ Action: ['kms:Decrypt', 'kms:DescribeKey'] }),
  ]);
});

test('the service may connect to it, and it to the cluster', () => {
  const ingress = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map(
    ({ Properties }) => Properties as Record<string, unknown>,
  );
  expect(ingress).toEqual([
    expect.objectContaining({ SourceSecurityGroupId: 'sg-client', FromPort: 5432, ToPort: 5432 }),
    expect.objectContaining({ GroupId: 'sg-cluster', FromPort: 5432, ToPort: 5432 }),
  ]);
});
