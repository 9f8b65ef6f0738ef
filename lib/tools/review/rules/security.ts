import type { AssemblyResource, Json } from '../../assembly';

import type { Rule, Severity } from '../model';
import { distributionsOf } from '../private/distribution';
import { readStatements } from '../private/statements';
import { within } from '../private/view';
import type { View } from '../private/view';

const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';

/** Every policy document with the resource that holds it. */
function* documents(view: View): Iterable<readonly [AssemblyResource, Json]> {
  for (const it of view.all()) {
    for (const path of [
      'PolicyDocument',
      'KeyPolicy',
      'ResourcePolicy',
      'AssumeRolePolicyDocument',
      'FileSystemPolicy',
    ]) {
      const document = view.at(it, path);
      if (document !== undefined) yield [it, document];
    }
    for (const policy of view.list(it, 'Policies')) {
      const document = within(policy, 'PolicyDocument');
      if (document !== undefined) yield [it, document];
    }
  }
}

export const allowAll: Rule = {
  id: 'policy-allows-all',
  severity: 'error',
  title: 'No policy allows every action on every resource',
  reason:
    'Whoever takes over one function has the account, backups and the other Regions included.',
  source: `${IAM}/best-practices.html#grant-least-privilege`,
  remedy: 'List the actions and resources that are needed.',
  covers: ['R36'],
  *check(view) {
    for (const [at, document] of documents(view)) {
      if (at.type === 'AWS::KMS::Key' || at.type === 'AWS::KMS::ReplicaKey') continue;
      for (const { allows, actions, resources } of readStatements(document)) {
        const every = actions.some((action) => action === '*' || action === '*:*');
        if (allows && every && (resources.includes('*') || resources.length === 0))
          yield { at, message: 'allows every action on every resource' };
      }
    }
    for (const role of view.all('AWS::IAM::Role')) {
      const text = JSON.stringify(view.at(role, 'ManagedPolicyArns') ?? []);
      if (/policy\/(AdministratorAccess|PowerUserAccess)"/.test(text))
        yield { at: role, message: 'is an administrator' };
    }
  },
};

export const anybody: Rule = {
  id: 'policy-admits-anybody',
  severity: 'error',
  title: 'No policy admits everybody without a condition',
  reason: 'Everybody is every account of AWS, and for buckets every person.',
  source: `${IAM}/reference_policies_elements_principal.html`,
  remedy: 'Name the principal, or bind it by a condition such as aws:SourceArn.',
  covers: ['R36'],
  *check(view) {
    for (const [at, document] of documents(view)) {
      for (const { allows, actions, resources, principals, conditional } of readStatements(
        document,
      )) {
        if (!allows || conditional || !principals.includes('*')) continue;
        // Reading a named part of a bucket is how public objects are published.
        const publishes =
          actions.every((it) => it === 's3:GetObject') &&
          resources.every((it) => /\/[^*/][^*]*\/\*$/.test(view.textOf(it) ?? JSON.stringify(it)));
        const message = `lets everybody call ${actions.join(', ')}`;
        yield publishes ? { at, message, severity: 'warning' } : { at, message };
      }
    }
  },
};

interface Control {
  /** Number in the Foundational Security Best Practices of Security Hub. */
  readonly id: string;
  readonly type: string;
  readonly severity?: Severity;
  readonly holds: (view: View, it: AssemblyResource) => boolean;
  readonly message: string;
}

const attribute = (view: View, it: AssemblyResource, key: string): string | undefined => {
  const found = view.list(it, 'LoadBalancerAttributes').find((pair) => within(pair, 'Key') === key);
  return view.textOf(within(found, 'Value'));
};
const isApplication = (view: View, it: AssemblyResource): boolean =>
  (view.text(it, 'Type') ?? 'application') === 'application';
const blocks = [
  'BlockPublicAcls',
  'BlockPublicPolicy',
  'IgnorePublicAcls',
  'RestrictPublicBuckets',
];
const containers = (view: View, it: AssemblyResource): readonly Json[] =>
  view.list(it, 'ContainerDefinitions');
const deniesPlain = (view: View, it: AssemblyResource): boolean =>
  view
    .into(it, 'AWS::S3::BucketPolicy')
    .some((policy) => JSON.stringify(view.props(policy)).includes('aws:SecureTransport'));
/** Runtimes that Lambda no longer patches. */
const OLD_RUNTIME =
  /^(nodejs(\d|1[0-9]|20)\.x|nodejs4\.3.*|python(2\.7|3\.[0-9])|java8|dotnet(core.*|6|7)|ruby(2.*|3\.2)|go1\.x|provided)$/;

const CONTROLS: readonly Control[] = [
  { id: 'S3.8', type: 'AWS::S3::Bucket', severity: 'warning', message: 'public access is not blocked in all four ways',
    holds: (view, it) => blocks.every((name) => view.flag(it, `PublicAccessBlockConfiguration.${name}`) === true) },
  { id: 'S3.5', type: 'AWS::S3::Bucket', severity: 'warning', message: 'requests without TLS are not denied', holds: deniesPlain },
  { id: 'RDS.2', type: 'AWS::RDS::DBInstance', message: 'is publicly accessible',
    holds: (view, it) => view.flag(it, 'PubliclyAccessible') !== true },
  { id: 'ELB.4', type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', severity: 'warning', message: 'forwards invalid headers',
    holds: (view, it) => !isApplication(view, it) || attribute(view, it, 'routing.http.drop_invalid_header_fields.enabled') === 'true' },
  { id: 'ELB.5', type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', severity: 'warning', message: 'writes no access log',
    holds: (view, it) => attribute(view, it, 'access_logs.s3.enabled') === 'true' },
  { id: 'ELB.17', type: 'AWS::ElasticLoadBalancingV2::Listener', severity: 'warning', message: 'accepts TLS older than 1.2',
    holds: (view, it) => view.text(it, 'Protocol') !== 'HTTPS' || /TLS13|TLS-1-2|FS-1-2/.test(view.text(it, 'SslPolicy') ?? '') },
  { id: 'ECS.2', type: 'AWS::ECS::Service', message: 'gives its tasks public addresses',
    holds: (view, it) => view.text(it, 'NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp') !== 'ENABLED' },
  { id: 'ECS.4', type: 'AWS::ECS::TaskDefinition', message: 'runs a privileged container',
    holds: (view, it) => !containers(view, it).some((part) => within(part, 'Privileged') === true) },
  { id: 'ECS.5', type: 'AWS::ECS::TaskDefinition', severity: 'warning', message: "may write its container's file system",
    holds: (view, it) => containers(view, it).every((part) => within(part, 'ReadonlyRootFilesystem') === true) },
  { id: 'ECS.9', type: 'AWS::ECS::TaskDefinition', severity: 'warning', message: 'logs nowhere',
    holds: (view, it) => containers(view, it).every((part) => within(part, 'LogConfiguration') !== undefined) },
  { id: 'ElastiCache.4', type: 'AWS::ElastiCache::ReplicationGroup', message: 'is not encrypted at rest',
    holds: (view, it) => view.flag(it, 'AtRestEncryptionEnabled') === true || view.has(it, 'GlobalReplicationGroupId') },
  { id: 'ElastiCache.5', type: 'AWS::ElastiCache::ReplicationGroup', message: 'is not encrypted in transit',
    // A secondary of a global datastore takes it from its primary.
    holds: (view, it) => view.flag(it, 'TransitEncryptionEnabled') === true || view.has(it, 'GlobalReplicationGroupId') },
  { id: 'KMS.4', type: 'AWS::KMS::Key', severity: 'warning', message: 'is never rotated',
    holds: (view, it) => view.flag(it, 'EnableKeyRotation') === true || (view.text(it, 'KeySpec') ?? 'SYMMETRIC_DEFAULT') !== 'SYMMETRIC_DEFAULT' },
  { id: 'Lambda.2', type: 'AWS::Lambda::Function', message: 'runs on a runtime that is no longer supported',
    holds: (view, it) => !OLD_RUNTIME.test(view.text(it, 'Runtime') ?? '') },
  { id: 'Lambda.1', type: 'AWS::Lambda::Permission', message: 'lets everybody call the function',
    holds: (view, it) => view.text(it, 'Principal') !== '*' || view.has(it, 'PrincipalOrgID') || view.has(it, 'SourceArn') },
  { id: 'SQS.1', type: 'AWS::SQS::Queue', severity: 'warning', message: 'is not encrypted',
    holds: (view, it) => view.flag(it, 'SqsManagedSseEnabled') !== false || view.has(it, 'KmsMasterKeyId') },
  { id: 'WAF.10', type: 'AWS::WAFv2::WebACL', message: 'has no rule', holds: (view, it) => view.list(it, 'Rules').length > 0 },
  { id: 'CloudFront.10', type: 'AWS::CloudFront::Distribution', severity: 'warning', message: 'asks an origin over TLS older than 1.2',
    holds: (view, it) => !/"(SSLv3|TLSv1|TLSv1\.1)"/.test(JSON.stringify(view.at(it, 'DistributionConfig.Origins'))) },
  { id: 'EC2.6', type: 'AWS::EC2::VPC', severity: 'warning', message: 'keeps no flow log of what is refused',
    holds: (view, it) => view.into(it, 'AWS::EC2::FlowLog').some((log) => view.text(log, 'TrafficType') !== 'ACCEPT') },
  { id: 'EC2.15', type: 'AWS::EC2::Subnet', severity: 'warning', message: 'gives public addresses by default',
    holds: (view, it) => view.flag(it, 'MapPublicIpOnLaunch') !== true },
]; // prettier-ignore

export const baseline: Rule = {
  id: 'security-baseline',
  severity: 'error',
  title:
    'Resources keep the Foundational Security Best Practices of Security Hub that bear on survival',
  reason: 'What is broken into does not survive either.',
  source: 'https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html',
  remedy: 'Set what the control asks for.',
  covers: ['R35', 'D34'],
  *check(view) {
    for (const { id, type, severity, holds, message } of CONTROLS) {
      for (const it of view.all(type)) {
        if (holds(view, it)) continue;
        yield { at: it, message: `${id}: ${message}`, ...(severity !== undefined && { severity }) };
      }
    }
  },
};

export const plainHttp: Rule = {
  id: 'http-in-the-clear',
  severity: 'error',
  title: 'Users and the CDN are served over TLS only',
  reason: 'Sessions that travel in the clear are stolen in the next café.',
  source: 'https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1',
  remedy: 'Redirect HTTP to HTTPS, and ask origins over HTTPS.',
  covers: ['D34', 'R35'],
  *check(view) {
    for (const listener of view.all('AWS::ElasticLoadBalancingV2::Listener')) {
      const [balancer] = view.out(listener, 'LoadBalancerArn');
      const isInternal = balancer !== undefined && view.text(balancer, 'Scheme') === 'internal';
      if (view.text(listener, 'Protocol') !== 'HTTP' || isInternal) continue;
      const actions = view.list(listener, 'DefaultActions');
      const redirects = actions.every(
        (it) =>
          within(it, 'Type') === 'redirect' && within(it, 'RedirectConfig.Protocol') === 'HTTPS',
      );
      if (!redirects) yield { at: listener, message: 'serves HTTP' };
    }
    for (const { resource, behaviors, origins } of view.once(distributionsOf)) {
      for (const { path, properties } of behaviors) {
        if (properties['ViewerProtocolPolicy'] === 'allow-all')
          yield { at: resource, message: `${path}: serves viewers over HTTP` };
      }
      for (const { host, properties } of origins) {
        const policy = within(properties, 'CustomOriginConfig.OriginProtocolPolicy');
        if (policy === 'http-only' || policy === 'match-viewer')
          yield { at: resource, message: `asks ${host} over HTTP` };
      }
    }
  },
};

export const SECURITY_RULES: readonly Rule[] = [allowAll, anybody, baseline, plainHttp];
