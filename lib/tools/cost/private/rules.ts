import { EXISTING_NETWORK } from '../../../config';
import { isJsonObject } from '../../assembly';
import type { AssemblyResource } from '../../assembly';
import type { Charge, ChargeRule, Properties, Unpriced } from './charges';
import { alarm } from './alarm';
import { cacheNodes, serverlessCache } from './cache-nodes';
import { databaseInsights } from './database-insights';
import { databaseProxy, proxyEndpoint } from './database-proxy';
import { healthCheck } from './health-check';
import { servers } from './servers';
import { instances } from './instances';
import { volume } from './volume';
import { webAcl } from './web-acl';

const one =
  (charge: Omit<Charge, 'quantity'>): ChargeRule =>
  () => [{ quantity: 1, ...charge }];

const IPV4 = {
  service: 'VPC',
  item: 'public IPv4 address',
  unit: 'hour',
  price: 'publicIpv4.hour',
} as const;

/** Resource types with a standing charge. */
export const STANDING: Readonly<Record<string, ChargeRule>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancer,
  'AWS::EC2::EIP': one(IPV4),
  'AWS::EC2::Volume': volume,
  'AWS::EC2::NatGateway': one({
    service: 'VPC',
    item: 'NAT gateway',
    unit: 'hour',
    price: 'nat.hour',
  }),
  'AWS::EC2::VPCEndpoint': vpcEndpoint,
  'AWS::EC2::SecurityGroup': existingNetwork,
  'AWS::RDS::DBInstance': databaseInstance,
  'AWS::RDS::DBShardGroup': shardGroup,
  'AWS::Neptune::DBInstance': graphInstance,
  'AWS::RDS::DBProxy': databaseProxy,
  'AWS::RDS::DBProxyEndpoint': proxyEndpoint,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::KMS::Key': one({ service: 'KMS', item: 'key', unit: 'month', price: 'kms.keyMonth' }),
  'AWS::KMS::ReplicaKey': one({
    service: 'KMS',
    item: 'key',
    unit: 'month',
    price: 'kms.keyMonth',
  }),
  'AWS::SecretsManager::Secret': secret,
  'AWS::Route53::HostedZone': one({
    service: 'Route 53',
    item: 'hosted zone',
    unit: 'month',
    price: 'route53.zoneMonth',
    part: 0,
    region: 'global',
  }),
  'AWS::Route53::HealthCheck': healthCheck,
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': one({
    service: 'CloudWatch',
    item: 'composite alarm',
    unit: 'month',
    price: 'cw.compositeAlarmMonth',
  }),
  'AWS::CloudWatch::Dashboard': one({
    service: 'CloudWatch',
    item: 'dashboard',
    unit: 'month',
    price: 'cw.dashboardMonth',
  }),
  // Each makes one metric, which bills while there are lines.
  'AWS::Logs::MetricFilter': one({
    service: 'CloudWatch',
    item: 'metric of a log',
    unit: 'month',
    price: 'cw.metricMonth',
  }),
  'AWS::ARCRegionSwitch::Plan': one({
    service: 'Application Recovery Controller',
    item: 'Region switch plan',
    unit: 'month',
    price: 'arc.regionSwitchPlanMonth',
    region: 'global',
  }),
  'AWS::ECS::Service': servers,
  'AWS::AutoScaling::AutoScalingGroup': instances,
  'AWS::ElastiCache::ReplicationGroup': cacheNodes,
  'AWS::ElastiCache::ServerlessCache': serverlessCache,
  'AWS::WAFv2::WebACL': webAcl,
};

function loadBalancer(properties: Properties): readonly (Charge | Unpriced)[] {
  const type = properties.value('Type') ?? 'application';
  if (type !== 'application' && type !== 'network') {
    return [{ reason: `load balancer of type ${JSON.stringify(type)}` }];
  }
  const charges: (Charge | Unpriced)[] = [
    {
      service: 'Elastic Load Balancing',
      item: `${type} load balancer`,
      quantity: 1,
      unit: 'hour',
      price: type === 'application' ? 'alb.hour' : 'nlb.hour',
    },
  ];
  if (properties.value('Scheme') === 'internal') return charges;
  const zones = properties.count('Subnets') || properties.count('SubnetMappings');
  charges.push(
    zones ? { ...IPV4, quantity: zones } : { reason: 'number of its zones, and so of addresses' },
  );
  return charges;
}

function vpcEndpoint(properties: Properties): readonly (Charge | Unpriced)[] {
  const type = properties.value('VpcEndpointType') ?? 'Gateway';
  if (type === 'Gateway') return [];
  if (type !== 'Interface') return [{ reason: `endpoint of type ${JSON.stringify(type)}` }];
  const zones = properties.count('SubnetIds');
  if (!zones) return [{ reason: 'number of its zones' }];
  return [
    {
      service: 'VPC',
      item: 'interface endpoint, per zone',
      quantity: zones,
      unit: 'hour',
      price: 'vpce.interface.hourPerAz',
    },
  ];
}

/** One group of a network of others tells of it; what carries its calls is its owner's. */
function existingNetwork(_: Properties, { metadata }: AssemblyResource): readonly Unpriced[] {
  const note = metadata[EXISTING_NETWORK];
  if (!isJsonObject(note)) return [];
  const vpc = typeof note['vpcId'] === 'string' ? note['vpcId'] : 'its network';
  return [{ reason: `NAT gateways, addresses and endpoints of ${vpc}, its owner's` }];
}

function databaseInstance(
  properties: Properties,
  resource: AssemblyResource,
): readonly (Charge | Unpriced)[] {
  const instanceClass = properties.value('DBInstanceClass');
  const engine = properties.value('Engine');
  if (typeof instanceClass !== 'string' || typeof engine !== 'string') {
    return [{ reason: 'class or engine is only known after deployment' }];
  }
  if (!engine.startsWith('aurora')) return [{ reason: `engine ${engine}` }];
  if (isIoOptimized(resource)) return [{ reason: 'cluster with I/O-Optimized storage' }];
  const cluster = clusterOf(resource);
  if (instanceClass === 'db.serverless') {
    const units = serverless(cluster);
    return 'reason' in units
      ? [units]
      : [units, ...databaseInsights(cluster, instanceClass, units)];
  }
  return [
    {
      service: 'Aurora',
      item: `${instanceClass} instance`,
      quantity: 1,
      unit: 'hour',
      price: `${instanceClass}.hour`,
    },
    ...databaseInsights(cluster, instanceClass),
  ];
}

/**
 * The fewest capacity units that it is scaled down to, routers and shards together. Standbys are as
 * large as their shards, whose part of that nobody knows beforehand: at the most it is all of it.
 */
function shardGroup(properties: Properties): readonly (Charge | Unpriced)[] {
  const least = Number(properties.value('MinACU'));
  const standbys = Number(properties.value('ComputeRedundancy') ?? 0);
  if (!Number.isFinite(least) || !Number.isFinite(standbys))
    return [{ reason: 'fewest capacity units are only known after deployment' }];
  return [
    {
      service: 'Aurora',
      item: 'Limitless capacity unit, standbys at the most',
      quantity: least * (1 + standbys),
      unit: 'hour',
      price: 'aurora.acuHour.iopt',
    },
  ];
}

function graphInstance(properties: Properties): readonly (Charge | Unpriced)[] {
  const instanceClass = properties.value('DBInstanceClass');
  if (typeof instanceClass !== 'string')
    return [{ reason: 'class is only known after deployment' }];
  return [
    {
      service: 'Neptune',
      item: `${instanceClass} instance`,
      quantity: 1,
      unit: 'hour',
      price: `neptune.${instanceClass}.hour`,
    },
  ];
}

/** At its fewest units; what it grows by is use. */
function serverless(cluster: AssemblyResource | undefined): Charge | Unpriced {
  const scaling = cluster?.properties['ServerlessV2ScalingConfiguration'];
  const units = isJsonObject(scaling) ? scaling['MinCapacity'] : undefined;
  if (typeof units !== 'number') return { reason: 'fewest capacity units of its cluster' };
  return {
    service: 'Aurora',
    item: 'capacity unit',
    quantity: units,
    unit: 'hour',
    price: 'aurora.acuHour.std',
  };
}

function isIoOptimized(resource: AssemblyResource): boolean {
  return clusterOf(resource)?.properties['StorageType'] === 'aurora-iopt1';
}

function clusterOf({ properties, stack }: AssemblyResource): AssemblyResource | undefined {
  const cluster = properties['DBClusterIdentifier'];
  const id = isJsonObject(cluster) ? cluster['Ref'] : undefined;
  return typeof id === 'string' ? stack.resources.get(id) : undefined;
}

/** On demand a table bills requests and storage only; provisioned capacity stands. */
function table(properties: Properties): readonly Unpriced[] {
  return properties.value('BillingMode') === 'PAY_PER_REQUEST'
    ? []
    : [{ reason: 'provisioned capacity' }];
}

/** Each replica of a secret is billed like the secret itself, in its own Region. */
function secret(properties: Properties): readonly (Charge | Unpriced)[] {
  const charge = {
    service: 'Secrets Manager',
    item: 'secret or replica',
    quantity: 1,
    unit: 'month',
    price: 'secrets.secretMonth',
  } as const;
  const replicas = properties.count('ReplicaRegions');
  if (replicas === undefined) return [charge, { reason: 'number of its replicas' }];
  const regions = Array.from({ length: replicas }, (_, index) =>
    properties.value('ReplicaRegions', index, 'Region'),
  );
  return [
    charge,
    ...regions.map((region) => (typeof region === 'string' ? { ...charge, region } : charge)),
  ];
}
