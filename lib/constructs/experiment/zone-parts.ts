import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RegionName } from '../../config';
import type { ExperimentPart } from './experiment-part';
import { byFives, minutesOf } from './experiment-part';
import { MANAGED, TAGGED, findByTag, look } from './private/statements';

/** Where an experiment takes place. */
export interface ExperimentPlace {
  readonly account: string;
  readonly region: RegionName;
}

/** A zone of a Region, for some minutes. */
export interface ZoneOutage extends ExperimentPlace {
  /** Name, such as `eu-central-1a`. */
  readonly zone: string;
  /** How long it is away. */
  readonly minutes: number;
}

/** A network and the subnets of it that are meant. */
export interface ExperimentNetwork {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
}

export function subnetArns(
  { account, region }: ExperimentPlace,
  subnetIds: readonly string[],
): readonly string[] {
  return subnetIds.map((id) => `arn:aws:ec2:${region}:${account}:subnet/${id}`);
}

/** No traffic enters or leaves the subnets of a zone. */
export function cutSubnets(outage: ZoneOutage, network: ExperimentNetwork): ExperimentPart {
  const { account, region, minutes } = outage;
  const place = `arn:aws:ec2:${region}:${account}`;
  const acls = `${place}:network-acl/*`;
  const vpc = `${place}:vpc/${network.vpcId}`;
  const arns = subnetArns(outage, network.subnetIds);
  return {
    name: 'cut-subnets',
    actionId: 'aws:network:disrupt-connectivity',
    parameters: { scope: 'all', duration: minutesOf(minutes) },
    target: { role: 'Subnets', type: 'aws:ec2:subnet', by: { arns } },
    statements: [
      new PolicyStatement({
        actions: ['ec2:CreateNetworkAcl', 'ec2:CreateTags'],
        resources: [acls],
        conditions: MANAGED,
      }),
      new PolicyStatement({ actions: ['ec2:CreateNetworkAcl'], resources: [vpc] }),
      new PolicyStatement({
        actions: ['ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAcl'],
        resources: [acls],
        conditions: TAGGED,
      }),
      new PolicyStatement({
        actions: ['ec2:ReplaceNetworkAclAssociation'],
        resources: [acls, ...arns],
      }),
      look(
        'ec2:DescribeManagedPrefixLists',
        'ec2:DescribeNetworkAcls',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ),
    ],
  };
}

/** Writers leave a zone: clusters that have theirs elsewhere are left alone. */
export function moveWriters(
  outage: ZoneOutage,
  clusterArns: readonly string[],
): readonly ExperimentPart[] {
  return byFives(clusterArns, (arns, ending) => ({
    ...failOver(outage, arns),
    name: `move-writers${ending}`,
    target: {
      role: 'Clusters',
      type: 'aws:rds:cluster',
      by: { arns },
      parameters: { writerAvailabilityZoneIdentifiers: outage.zone },
    },
  }));
}

/** A writer gives way to a reader of its Region. */
export function failOver(
  { account, region }: ExperimentPlace,
  arns: readonly string[],
): ExperimentPart {
  return {
    name: 'fail-over',
    actionId: 'aws:rds:failover-db-cluster',
    target: { role: 'Clusters', type: 'aws:rds:cluster', by: { arns } },
    statements: [
      new PolicyStatement({ actions: ['rds:FailoverDBCluster'], resources: [...arns] }),
      new PolicyStatement({
        actions: ['rds:DescribeDBClusters'],
        resources: [`arn:aws:rds:${region}:${account}:cluster:*`],
      }),
    ],
  };
}

/** Nodes of a cache lose their power in a zone, and are not replaced in it. */
export function stopCacheNodes(outage: ZoneOutage, groupId: string): ExperimentPart {
  const { account, region, zone, minutes } = outage;
  const arn = `arn:aws:elasticache:${region}:${account}:replicationgroup:${groupId}`;
  return {
    name: 'stop-cache-nodes',
    actionId: 'aws:elasticache:replicationgroup-interrupt-az-power',
    parameters: { duration: minutesOf(minutes) },
    target: {
      role: 'ReplicationGroups',
      type: 'aws:elasticache:replicationgroup',
      by: { arns: [arn] },
      parameters: { availabilityZoneIdentifier: zone },
    },
    statements: [
      new PolicyStatement({
        actions: ['elasticache:InterruptClusterAzPower'],
        resources: [arn],
      }),
      new PolicyStatement({
        actions: ['elasticache:DescribeReplicationGroups'],
        resources: [`arn:aws:elasticache:${region}:${account}:replicationgroup:*`],
      }),
    ],
  };
}

/** Instances of a zone end, and their groups get no new ones there. Found by a tag of the groups. */
export function endInstances(
  { account, region, zone, minutes }: ZoneOutage,
  tags: Readonly<Record<string, string>>,
): readonly ExperimentPart[] {
  const tagged = Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
  );
  return [
    {
      name: 'end-instances',
      actionId: 'aws:ec2:terminate-instances',
      target: {
        role: 'Instances',
        type: 'aws:ec2:instance',
        by: { tags },
        filters: { 'Placement.AvailabilityZone': zone, 'State.Name': 'running' },
      },
      statements: [
        new PolicyStatement({
          actions: ['ec2:TerminateInstances'],
          resources: [`arn:aws:ec2:${region}:${account}:instance/*`],
          conditions: { StringEquals: tagged },
        }),
        look('ec2:DescribeInstances'),
      ],
    },
    {
      name: 'no-new-instances',
      actionId: 'aws:ec2:asg-insufficient-instance-capacity-error',
      parameters: { availabilityZoneIdentifiers: zone, duration: minutesOf(minutes) },
      target: { role: 'AutoScalingGroups', type: 'aws:ec2:autoscaling-group', by: { tags } },
      statements: [
        new PolicyStatement({
          actions: ['ec2:InjectApiError'],
          resources: ['*'],
          conditions: {
            'ForAllValues:StringLike': {
              'ec2:FisTargetArns': `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:*`,
            },
            StringEquals: {
              'ec2:FisActionId': 'aws:ec2:asg-insufficient-instance-capacity-error',
            },
          },
        }),
        look('autoscaling:DescribeAutoScalingGroups'),
        findByTag(),
      ],
    },
  ];
}
