import { ACCOUNT } from '../../assembly/fixture';
import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const REGIONS = ['eu-west-1', 'us-west-2'];

/** Servers that use what their own Region has, by name. */
const region = (name: string): Stacks[string] => ({
  region: name,
  template: {
    Resources: {
      Key: resource('AWS::KMS::Key', {}),
      Alias: resource('AWS::KMS::Alias', { AliasName: 'alias/data', TargetKeyId: { Ref: 'Key' } }),
      Role: resource('AWS::IAM::Role', {}),
      Policy: resource('AWS::IAM::Policy', {
        Roles: [{ Ref: 'Role' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Action: 'secretsmanager:GetSecretValue',
              Resource: `arn:aws:secretsmanager:${name}:${ACCOUNT}:secret:app/signing-??????`,
            },
            {
              Effect: 'Allow',
              Action: 'dynamodb:GetItem',
              Resource: `arn:aws:dynamodb:${name}:${ACCOUNT}:table/sessions`,
            },
          ],
        },
      }),
      Function: resource('AWS::Lambda::Function', {
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: {
          Variables: {
            REGION: name,
            PEERS: REGIONS.join(','),
            STS: 'https://sts.eu-west-1.amazonaws.com,https://sts.us-west-2.amazonaws.com',
            TABLE: 'sessions',
          },
        },
      }),
      Alarm: resource('AWS::CloudWatch::Alarm', {
        AlarmActions: [`arn:aws:sns:${name}:${ACCOUNT}:alarms`],
        MetricName: 'x',
        Namespace: 'Own',
      }),
      Topic: resource('AWS::SNS::Topic', {
        TopicName: 'alarms',
        KmsMasterKeyId: `arn:aws:kms:${name}:${ACCOUNT}:alias/data`,
      }),
      Id: resource('Custom::MeridianBinding', {
        Name: `/app/bindings/health-check/${name}`,
        Value: { Ref: 'Key' },
        Regions: ['us-east-1'],
      }),
    },
    Outputs: { KeyOf: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] }, Export: { Name: 'key' } } },
  },
});

const application = (): Stacks => ({
  ...Object.fromEntries(REGIONS.map((name) => [name, region(name)])),
  global: {
    region: 'eu-west-1',
    template: {
      Resources: {
        Secret: resource('AWS::SecretsManager::Secret', {
          Name: 'app/signing',
          ReplicaRegions: [
            { Region: 'us-west-2', KmsKeyId: `arn:aws:kms:us-west-2:${ACCOUNT}:alias/data` },
          ],
        }),
        Table: resource('AWS::DynamoDB::GlobalTable', {
          TableName: 'sessions',
          Replicas: REGIONS.map((Region) => ({ Region })),
        }),
      },
    },
  },
});

const GRANT = 'PolicyDocument.Statement.0';
// prettier-ignore
const CASES: readonly Case[] = [
  ['other-region-on-request-path', "another Region's endpoint", 'us-west-2/Function', (it) => { it.set('us-west-2/Function', 'Environment.Variables.CACHE', 'rediss://x.eu-west-1.cache.amazonaws.com'); }],
  ['sts-global-endpoint', 'the global endpoint', 'eu-west-1/Function', (it) => { it.set('eu-west-1/Function', 'Environment.Variables.STS', 'https://sts.amazonaws.com'); }],
  ['sts-global-endpoint', 'the legacy mode', 'eu-west-1/Function', (it) => { it.set('eu-west-1/Function', 'Environment.Variables.AWS_STS_REGIONAL_ENDPOINTS', 'legacy'); }],
  ['name-not-in-region', 'a secret without a replica', 'global/Secret', (it) => { it.drop('global/Secret', 'ReplicaRegions'); }],
  ['name-not-in-region', 'a key alias that the Region lacks', 'us-west-2/Topic', (it) => { it.drop('us-west-2/Alias'); }],
  ['name-borne-by-nothing', 'a misspelt topic', 'eu-west-1/Alarm', (it) => { it.set('eu-west-1/Alarm', 'AlarmActions.0', `arn:aws:sns:eu-west-1:${ACCOUNT}:alarm`); }],
  ['key-of-other-region', "a replica with the source's key", 'global/Secret', (it) => { it.set('global/Secret', 'ReplicaRegions.0.KmsKeyId', `arn:aws:kms:eu-west-1:${ACCOUNT}:alias/data`); }],
  ['control-plane-on-request-path', 'servers that edit DNS', 'eu-west-1/Policy', (it) => { it.set('eu-west-1/Policy', `${GRANT}.Action`, ['route53:ChangeResourceRecordSets']); }],
  ['control-plane-on-request-path', 'servers that may do anything to buckets', 'eu-west-1/Policy', (it) => { it.set('eu-west-1/Policy', `${GRANT}.Action`, 's3:PutBucketPolicy'); }],
  ['grant-of-other-region', "another Region's table", 'us-west-2/Policy', (it) => { it.set('us-west-2/Policy', 'PolicyDocument.Statement.1.Resource', `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/sessions`); }],
  ['cross-region-reference', 'a reader of exports', 'eu-west-1/Reader', (it) => { it.add('eu-west-1/Reader', resource('Custom::CrossRegionExportReader', {})); }],
  ['cross-region-reference', 'a binding that is not in the list', 'eu-west-1/Id', (it) => { it.set('eu-west-1/Id', 'Name', '/app/bindings/vpc-id'); }],
  ['cross-region-reference', "another Region's output", 'us-west-2/Weak', (it) => {
    it.set('eu-west-1/Key', 'Description', 'x');
    it.add('us-west-2/Weak', resource('AWS::SSM::Parameter', { Value: { 'Fn::GetStackOutput': { StackName: 'name-of-eu-west-1', OutputName: 'KeyOf', Region: 'eu-west-1' } } }));
    it.drop('eu-west-1/Id');
  }],
  ['stack-output-of-other-region', 'a weak reference', 'us-west-2/Weak', (it) => {
    it.add('us-west-2/Weak', resource('AWS::SSM::Parameter', { Value: { 'Fn::GetStackOutput': { StackName: 'name-of-eu-west-1', OutputName: 'KeyOf', Region: 'eu-west-1' } } }));
  }],
];

describeCases(application, CASES);
