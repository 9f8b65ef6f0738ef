import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { RegionName } from '../../config';
import type { ExperimentPart } from './experiment-part';
import { byFives, minutesOf } from './experiment-part';
import { MANAGED, TAGGED, findByTag, look } from './private/statements';
import { subnetArns } from './zone-parts';
import type { ExperimentNetwork, ExperimentPlace } from './zone-parts';

/** The way from one Region to another one, for some minutes. */
export interface ConnectionOutage extends ExperimentPlace {
  /** Region that is not reached. */
  readonly peer: RegionName;
  readonly minutes: number;
}

/**
 * What subnets send to another Region goes nowhere. The service copies their route tables with a route
 * for each block of that Region: the quota of routes in a table has to be raised to 250 before (350 for
 * us-east-1), beside those that there are.
 */
export function cutRoutes(outage: ConnectionOutage, network: ExperimentNetwork): ExperimentPart {
  const { account, region, peer, minutes } = outage;
  const arns = subnetArns(outage, network.subnetIds);
  const place = `arn:aws:ec2:${region}:${account}`;
  return {
    name: 'cut-routes',
    actionId: 'aws:network:route-table-disrupt-cross-region-connectivity',
    parameters: { region: peer, duration: minutesOf(minutes) },
    target: { role: 'Subnets', type: 'aws:ec2:subnet', by: { arns } },
    statements: [
      ...replacements(place, `${place}:vpc/${network.vpcId}`, arns),
      new PolicyStatement({
        actions: [
          'ec2:AssociateRouteTable',
          'ec2:DisassociateRouteTable',
          'ec2:ReplaceRouteTableAssociation',
        ],
        resources: [`${place}:route-table/*`, ...arns],
      }),
      // Gateway endpoints have their routes in the tables that take the place of ours.
      new PolicyStatement({
        actions: ['ec2:ModifyVpcEndpoint'],
        resources: [`${place}:route-table/*`, `${place}:vpc-endpoint/*`],
      }),
      look(
        'ec2:DescribeManagedPrefixLists',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcPeeringConnections',
        'ec2:DescribeVpcs',
        'ec2:GetManagedPrefixListEntries',
      ),
    ],
  };
}

/** Tables, lists and interfaces that the service makes for the time, and takes away. */
function replacements(
  place: string,
  vpc: string,
  subnets: readonly string[],
): readonly PolicyStatement[] {
  const made = ['route-table', 'prefix-list', 'network-interface'].map((it) => `${place}:${it}/*`);
  return [
    new PolicyStatement({
      actions: [
        'ec2:CreateManagedPrefixList',
        'ec2:CreateNetworkInterface',
        'ec2:CreateRouteTable',
        'ec2:CreateTags',
      ],
      resources: made,
      conditions: MANAGED,
    }),
    new PolicyStatement({ actions: ['ec2:CreateRouteTable'], resources: [vpc] }),
    new PolicyStatement({
      actions: ['ec2:CreateNetworkInterface'],
      resources: [...subnets, `${place}:security-group/*`],
    }),
    new PolicyStatement({
      actions: [
        'ec2:CreateRoute',
        'ec2:DeleteManagedPrefixList',
        'ec2:DeleteNetworkInterface',
        'ec2:DeleteRouteTable',
        'ec2:ModifyManagedPrefixList',
      ],
      resources: made,
      conditions: TAGGED,
    }),
  ];
}

/** Tables of a Region send their changes to no replica, and get none. */
export function pauseTables(
  { account, region, minutes }: ConnectionOutage,
  tableNames: readonly string[],
): readonly ExperimentPart[] {
  const tables = tableNames.map((name) => `arn:aws:dynamodb:${region}:${account}:table/${name}`);
  return byFives(tables, (arns, ending) => ({
    name: `pause-tables${ending}`,
    actionId: 'aws:dynamodb:global-table-pause-replication',
    parameters: { duration: minutesOf(minutes) },
    target: { role: 'Tables', type: 'aws:dynamodb:global-table', by: { arns } },
    statements: [
      new PolicyStatement({
        actions: [
          'dynamodb:DeleteResourcePolicy',
          'dynamodb:DescribeTable',
          'dynamodb:GetResourcePolicy',
          'dynamodb:PutResourcePolicy',
        ],
        resources: arns.flatMap((arn) => [arn, `${arn}/stream/*`]),
      }),
    ],
  }));
}

/** A bucket's objects are not copied to the other Region. The service finds buckets by tags alone. */
export function pauseBucket(
  { peer, minutes }: ConnectionOutage,
  bucketName: string,
  tags: Readonly<Record<string, string>>,
): ExperimentPart {
  const bucket = `arn:aws:s3:::${bucketName}`;
  return {
    name: 'pause-bucket',
    actionId: 'aws:s3:bucket-pause-replication',
    parameters: { duration: minutesOf(minutes), region: peer },
    target: { role: 'Buckets', type: 'aws:s3:bucket', by: { tags } },
    statements: [
      new PolicyStatement({
        actions: ['s3:GetReplicationConfiguration', 's3:PutReplicationConfiguration'],
        resources: [bucket],
        conditions: { BoolIfExists: { 's3:IsReplicationPauseRequest': 'true' } },
      }),
      new PolicyStatement({ actions: ['s3:PauseReplication'], resources: [bucket] }),
      look('s3:ListAllMyBuckets'),
      findByTag(),
    ],
  };
}
