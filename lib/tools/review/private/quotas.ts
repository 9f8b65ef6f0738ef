import type { AssemblyResource, Json } from '../../assembly';
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
  ['AWS::Route53::HealthCheck', 'health checks', 200, 'global'],
  ['AWS::CloudFront::Distribution', 'distributions', 500, 'global'],
  ['AWS::S3::Bucket', 'buckets', 10_000, 'global'],
  ['AWS::IAM::Role', 'roles', 1000, 'global'],
  ['AWS::DynamoDB::GlobalTable', 'tables', 2500],
  ['AWS::CloudWatch::Alarm', 'alarms', 5000],
  ['AWS::WAFv2::WebACL', 'web ACLs', 100],
  ['AWS::KMS::Key', 'keys', 100_000],
]; // prettier-ignore

export const quotasOf = (view: View): readonly QuotaUse[] =>
  DEFAULTS.flatMap(([type, what, quota, scope]) =>
    [...groupBy(view.all(type), ({ stack }) => scope ?? stack.region)].flatMap(([region, all]) => {
      const [at] = all;
      return at === undefined ? [] : [{ what, region, count: all.length, quota, at }];
    }),
  );

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
