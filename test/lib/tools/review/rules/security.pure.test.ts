import { describeCases, resource } from '../cases';
import type { Case, Stacks } from '../cases';

const application = (): Stacks => ({
  app: {
    region: 'eu-west-1',
    template: {
      Resources: {
        Role: resource('AWS::IAM::Role', {}),
        Policy: resource('AWS::IAM::Policy', {
          PolicyDocument: {
            Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/x' },
          },
        }),
        Bucket: resource('AWS::S3::Bucket', {
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        }),
        BucketPolicy: resource('AWS::S3::BucketPolicy', {
          Bucket: { Ref: 'Bucket' },
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:*',
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        }),
        Vpc: resource('AWS::EC2::VPC', { CidrBlock: '10.0.0.0/16' }),
        FlowLog: resource('AWS::EC2::FlowLog', {
          ...{ ResourceId: { Ref: 'Vpc' }, ResourceType: 'VPC', TrafficType: 'ALL' },
        }),
        Database: resource('AWS::RDS::DBInstance', { PubliclyAccessible: false }),
        Function: resource('AWS::Lambda::Function', { Runtime: 'nodejs24.x' }),
        Listener: resource('AWS::ElasticLoadBalancingV2::Listener', {
          Protocol: 'HTTP',
          DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS' } }],
        }),
        Cdn: resource('AWS::CloudFront::Distribution', {
          DistributionConfig: {
            DefaultCacheBehavior: {
              TargetOriginId: 'a',
              ViewerProtocolPolicy: 'redirect-to-https',
            },
            Origins: [
              {
                Id: 'a',
                DomainName: 'a.example.com',
                CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
              },
            ],
          },
        }),
      },
    },
  },
});

// prettier-ignore
const CASES: readonly Case[] = [
  ['policy-allows-all', 'everything on everything', 'app/Policy', (it) => { it.set('app/Policy', 'PolicyDocument.Statement', { Effect: 'Allow', Action: '*', Resource: '*' }); }],
  ['policy-allows-all', 'an administrator', 'app/Role', (it) => { it.set('app/Role', 'ManagedPolicyArns', ['arn:aws:iam::aws:policy/AdministratorAccess']); }],
  ['policy-admits-anybody', 'a bucket for everybody', 'app/BucketPolicy', (it) => { it.set('app/BucketPolicy', 'PolicyDocument.Statement.0', { Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:*', Resource: '*' }); }],
  ['security-baseline', 'a bucket that may become public', 'app/Bucket', (it) => { it.drop('app/Bucket', 'PublicAccessBlockConfiguration'); }],
  ['security-baseline', 'a network without a flow log', 'app/Vpc', (it) => { it.drop('app/FlowLog'); }],
  ['security-baseline', 'a flow log of what is admitted alone', 'app/Vpc', (it) => { it.set('app/FlowLog', 'TrafficType', 'ACCEPT'); }],
  ['security-baseline', 'a public database', 'app/Database', (it) => { it.set('app/Database', 'PubliclyAccessible', true); }],
  ['security-baseline', 'an old runtime', 'app/Function', (it) => { it.set('app/Function', 'Runtime', 'python3.8'); }],
  ['http-in-the-clear', 'a listener that serves HTTP', 'app/Listener', (it) => { it.set('app/Listener', 'DefaultActions', [{ Type: 'forward' }]); }],
  ['http-in-the-clear', 'viewers over HTTP', 'app/Cdn', (it) => { it.set('app/Cdn', 'DistributionConfig.DefaultCacheBehavior.ViewerProtocolPolicy', 'allow-all'); }],
  ['http-in-the-clear', 'an origin over HTTP', 'app/Cdn', (it) => { it.set('app/Cdn', 'DistributionConfig.Origins.0.CustomOriginConfig.OriginProtocolPolicy', 'http-only'); }],
];

describeCases(application, CASES);
