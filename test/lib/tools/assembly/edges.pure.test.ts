import { ACCOUNT, Fixtures } from './fixture';

const fixtures = new Fixtures();
afterAll(() => {
  fixtures.remove();
});

const secret = '{{resolve:secretsmanager:m/master:SecretString:password}}';
const assembly = fixtures.load({
  Data: {
    region: 'eu-central-1',
    template: {
      Resources: {
        Table: {
          Type: 'AWS::DynamoDB::GlobalTable',
          Properties: {
            TableName: 'm-sessions',
            Replicas: [{ Region: 'eu-central-1' }, { Region: 'us-east-2', Key: { Ref: 'Key' } }],
          },
        },
        Key: { Type: 'AWS::KMS::Key' },
        Secret: {
          Type: 'AWS::SecretsManager::Secret',
          Properties: { Name: 'm/master', KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } },
        },
        Cluster: {
          Type: 'AWS::RDS::DBCluster',
          Properties: {
            DBClusterIdentifier: 'm-main',
            MasterUserPassword: secret,
            Tags: [{ Key: 'of', Value: 'm-sessions' }],
          },
        },
        Global: {
          Type: 'AWS::RDS::GlobalCluster',
          Properties: {
            GlobalClusterIdentifier: 'm-global',
            SourceDBClusterIdentifier: {
              'Fn::Sub':
                'arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:cluster:m-main',
            },
          },
        },
      },
      Outputs: { Key: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] }, Export: { Name: 'key' } } },
    },
  },
  Service: {
    region: 'us-east-2',
    template: {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            Policies: [
              {
                Resource: [
                  `arn:aws:dynamodb:us-east-2:${ACCOUNT}:table/m-sessions/index/*`,
                  `arn:aws:dynamodb:ap-south-1:${ACCOUNT}:table/m-sessions`,
                  `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:m/master-??????`,
                ],
              },
            ],
          },
        },
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Environment: { Variables: { TABLE: 'm-sessions', CLUSTER: 'm-main' } },
            Bucket: { 'Fn::Sub': '${Site}' },
            Choice: { 'Fn::If': ['Never', { Ref: 'Queue' }, { Ref: 'Role' }] },
          },
        },
        Queue: { Type: 'AWS::SQS::Queue' },
        Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'm-site' } },
        Record: {
          Type: 'AWS::Route53::RecordSet',
          Properties: { Name: 'origin.example.com.', Region: 'us-east-2' },
        },
        Twin: { Type: 'AWS::Route53::RecordSet', Properties: { Name: 'origin.example.com.' } },
        Cdn: {
          Type: 'AWS::CloudFront::Distribution',
          Properties: { Origins: [{ DomainName: 'origin.example.com' }] },
        },
      },
    },
  },
  Near: {
    region: 'eu-central-1',
    template: {
      Resources: { Bucket: { Type: 'T', Properties: { Key: { 'Fn::ImportValue': 'key' } } } },
    },
  },
});

const edgesFrom = (key: string) =>
  assembly.edges
    .filter((edge) => edge.from === key)
    .map(({ to, kind, path }) => `${kind} ${to} at ${path}`);

it('follows Ref and Fn::GetAtt with the path of the property', () => {
  expect(edgesFrom('Data/Table')).toEqual(['ref Data/Key at Replicas[1].Key']);
  expect(edgesFrom('Data/Secret')).toEqual(['getatt Data/Key at KmsKeyId']);
});

it('follows only the branch that is taken', () => {
  expect(edgesFrom('Service/Function')).toContain('ref Service/Role at Choice');
  expect(edgesFrom('Service/Function')).not.toContain('ref Service/Queue at Choice');
});

it('says nothing by name that a reference says already', () => {
  expect(edgesFrom('Service/Function').filter((edge) => edge.includes('Site'))).toEqual([
    'ref Service/Site at Bucket',
  ]);
});

it('follows imports to the resource behind them', () => {
  expect(edgesFrom('Near/Bucket')).toEqual(['output Data/Key at Key']);
});

it('finds computed names where they exist: in the same Region, or where a replica is', () => {
  const edges = edgesFrom('Service/Function');
  expect(edges).toContain('name Data/Table at Environment.Variables.TABLE');
  expect(edges.some((edge) => edge.includes('CLUSTER'))).toBe(false);
});

it('finds computed ARNs, also in policies that extend them, and in no other Region', () => {
  expect(edgesFrom('Service/Role')).toEqual([
    'arn Data/Table at Policies[0].Resource[0]',
    'arn Data/Secret at Policies[0].Resource[2]',
  ]);
  expect(edgesFrom('Data/Global')).toEqual(['arn Data/Cluster at SourceDBClusterIdentifier']);
});

it('finds names in dynamic references, and none in tags', () => {
  expect(edgesFrom('Data/Cluster')).toEqual(['name Data/Secret at MasterUserPassword']);
});

it('finds every record of a name, in any Region, but none among the records themselves', () => {
  expect(edgesFrom('Service/Cdn')).toEqual([
    'name Service/Record at Origins[0].DomainName',
    'name Service/Twin at Origins[0].DomainName',
  ]);
  expect(edgesFrom('Service/Record')).toEqual([]);
});

it('is linear: 20,000 resources that all name one table take seconds at most', () => {
  const resources: Record<string, unknown> = {
    Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'shared' } },
  };
  for (let at = 0; at < 20_000; at += 1) {
    resources[`R${at}`] = {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: `q${at}`, Uses: 'shared', To: { 'Fn::GetAtt': ['Table', 'Arn'] } },
    };
  }
  const large = fixtures.load({ Large: { template: { Resources: resources } } });
  const start = process.cpuUsage();
  expect(large.edges).toHaveLength(40_000);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(5);
});
