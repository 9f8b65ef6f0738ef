import { instanceSize } from '../../../config';
import type { AssemblyResource, Json } from '../../assembly';
import { capacitiesOf } from './capacity';
import { groupBy, within } from './view';
import type { View } from './view';

/** How many of something a Region needs beside what it gets by default. */
export interface QuotaUse {
  readonly what: string;
  /** `global` for quotas of the account. */
  readonly region: string;
  readonly count: number;
  readonly quota: number;
  /** One of those counted. */
  readonly at: AssemblyResource;
}

/**
 * Default quotas of an account in each Region.
 * @see https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
 */
const DEFAULTS: readonly (readonly [type: string, what: string, quota: number, scope?: 'global'])[] = [
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'load balancers', 50],
  ['AWS::ElasticLoadBalancingV2::TargetGroup', 'target groups', 3000],
  ['AWS::EC2::VPC', 'VPCs', 5],
  ['AWS::EC2::InternetGateway', 'internet gateways', 5],
  ['AWS::EC2::EIP', 'elastic addresses', 5],
  ['AWS::RDS::DBInstance', 'database instances', 40],
  ['AWS::RDS::DBCluster', 'database clusters', 40],
  ['AWS::RDS::GlobalCluster', 'global database clusters', 5],
  ['AWS::RDS::DBShardGroup', 'shard groups of Limitless', 5],
  ['AWS::Neptune::DBInstance', 'graph database instances', 40],
  ['AWS::Neptune::DBCluster', 'graph database clusters', 40],
  ['AWS::Route53::HealthCheck', 'health checks', 200, 'global'],
  ['AWS::CloudFront::Distribution', 'distributions', 500, 'global'],
  ['AWS::S3::Bucket', 'buckets', 10_000, 'global'],
  ['AWS::IAM::Role', 'roles', 1000, 'global'],
  ['AWS::DynamoDB::GlobalTable', 'tables', 2500],
  ['AWS::CloudWatch::Alarm', 'alarms', 5000],
  ['AWS::WAFv2::WebACL', 'web ACLs', 100],
  ['AWS::KMS::Key', 'keys', 100_000],
]; // prettier-ignore

export const quotasOf = (view: View): readonly QuotaUse[] => [
  ...counted(view),
  ...added(view, 'Fargate vCPUs at the most', FARGATE_VCPUS, fargateVcpus),
  ...added(view, 'vCPUs of instances at the most', INSTANCE_VCPUS, instanceVcpus),
  ...added(view, 'functions at once set apart', FUNCTIONS_AT_ONCE, functionsAtOnce),
  ...added(view, 'origin groups of the CDN', ORIGIN_GROUPS, originGroups),
];

const counted = (view: View): readonly QuotaUse[] =>
  DEFAULTS.flatMap(([type, what, quota, scope]) =>
    [...groupBy(view.all(type), ({ stack }) => scope ?? stack.region)].flatMap(([region, all]) => {
      const [at] = all;
      return at === undefined ? [] : [{ what, region, count: all.length, quota, at }];
    }),
  );

/** vCPUs of a new account's Fargate tasks and of its standard instances. */
const [FARGATE_VCPUS, INSTANCE_VCPUS] = [6, 5];
/** A Region's functions at once, but for the hundred that AWS keeps for those without a part of their own. */
const FUNCTIONS_AT_ONCE = 900;
/**
 * Of a distribution: one for static files, and one for the uploads of each Region.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
 */
const ORIGIN_GROUPS = 10;

interface Part {
  readonly at: AssemblyResource;
  readonly amount: number;
}

/** What adds up in each Region, the largest part named; nothing where there is none. */
function added(
  view: View,
  what: string,
  quota: number,
  partsOf: (view: View) => readonly Part[],
): readonly QuotaUse[] {
  return [...groupBy(partsOf(view), ({ at }) => at.stack.region)].flatMap(([region, parts]) => {
    const [largest] = [...parts].sort((one, other) => other.amount - one.amount);
    const count = parts.reduce((sum, { amount }) => sum + amount, 0);
    return largest === undefined || count === 0
      ? []
      : [{ what, region, count, quota, at: largest.at }];
  });
}

/** As many tasks as a service may have, a Region that carries the others' load included. */
const fargateVcpus = (view: View): readonly Part[] =>
  capacitiesOf(view).flatMap(({ resource, max, min }) => {
    if (resource.type !== 'AWS::ECS::Service') return [];
    const [task] = view.out(resource, 'TaskDefinition');
    const units = task === undefined ? undefined : view.number(task, 'Cpu');
    const tasks = max ?? min;
    if (units === undefined || tasks === undefined) return [];
    return [{ at: resource, amount: (tasks * units) / UNITS_PER_VCPU }];
  });

/** CPU units of a task. */
const UNITS_PER_VCPU = 1024;

/** Of the largest type that a group may start. */
const instanceVcpus = (view: View): readonly Part[] =>
  capacitiesOf(view).flatMap(({ resource, max, min }) => {
    if (resource.type !== 'AWS::AutoScaling::AutoScalingGroup') return [];
    const overrides = view.list(resource, 'MixedInstancesPolicy.LaunchTemplate.Overrides');
    const types = [
      ...overrides.map((it) => within(it, 'InstanceType')),
      ...view.out(resource).map((it) => view.text(it, 'LaunchTemplateData.InstanceType')),
    ].filter((it) => typeof it === 'string');
    const vcpus = Math.max(0, ...types.map((type) => instanceSize(type)?.vcpus ?? 0));
    return [{ at: resource, amount: (max ?? min ?? 0) * vcpus }];
  });

/** Reserved for a function, and kept ready for its versions beyond that. */
const functionsAtOnce = (view: View): readonly Part[] =>
  view
    .all('AWS::Lambda::Function', 'AWS::Lambda::Alias', 'AWS::Lambda::Version')
    .map((at) => ({
      at,
      amount:
        view.number(at, 'ReservedConcurrentExecutions') ??
        view.number(at, 'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions') ??
        0,
    }))
    .filter(({ amount }) => amount > 0);

const originGroups = (view: View): readonly Part[] =>
  view
    .all('AWS::CloudFront::Distribution')
    .map((at) => ({
      at,
      amount: view.list(at, 'DistributionConfig.OriginGroups.Items').length,
    }))
    .filter(({ amount }) => amount > 0);

export const RULES_PER_GROUP = 60;
/** Entries of CloudFront's managed prefix list, which count one by one. */
const PREFIX_LIST_WEIGHT = 55;

/** Inbound rules of a security group as its quota counts them. */
export function rulesOf(view: View, group: AssemblyResource): number {
  const rules: Json[] = [
    ...view.list(group, 'SecurityGroupIngress'),
    ...view
      .into(group, 'AWS::EC2::SecurityGroupIngress')
      .filter((it) => view.out(it, 'GroupId').includes(group))
      .map((it) => view.props(it)),
  ];
  return rules.reduce<number>(
    (sum, rule) =>
      sum + (within(rule, 'SourcePrefixListId') === undefined ? 1 : PREFIX_LIST_WEIGHT),
    0,
  );
}
