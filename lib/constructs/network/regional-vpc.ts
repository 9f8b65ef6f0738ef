import { Fn } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import {
  CfnEIP,
  CfnFlowLog,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  NatProvider,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Region } from '../../config';
import { acknowledge } from '../observability';
import { FLOW_LOG_PREFIX } from '../storage';
import { NoTranslation } from './private/no-translation';

export interface RegionalVpcProps {
  /** Block and zones; the zones must be those that the stack answers in `availabilityZones`. */
  readonly region: Pick<Region, 'cidr' | 'zones'>;
  /** Name tag of the VPC. */
  readonly vpcName: string;
  /** ARN of the Region's log bucket. */
  readonly logBucketArn: string;
  /**
   * Without private and isolated subnets and without NAT gateways; they can be added later, because
   * the public subnets come first in the block.
   * @default false
   */
  readonly publicOnly?: boolean;
  /**
   * Private subnets without NAT gateways: what is called from them needs endpoints.
   * @default false
   */
  readonly closed?: boolean;
}

/** Subnets of each zone, of a /16: 256, 4096 and 1024 addresses. */
const SUBNETS = [
  {
    name: 'Public',
    subnetType: SubnetType.PUBLIC,
    cidrMask: 24,
    // Load balancers and NAT gateways bring their own addresses; nothing else may get one.
    mapPublicIpOnLaunch: false,
  },
  { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
  { name: 'Isolated', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 22 },
];

/**
 * The Region's network: load balancers in the public subnets, servers in the private ones, databases
 * in the isolated ones, over every declared zone. Each zone has a NAT gateway of its own, so that
 * losing a zone takes nothing from the others, with an address of ours, so that peers can admit it; a
 * closed network has none.
 * S3 and DynamoDB are reached by gateway endpoints, which cost nothing and need no NAT. Who spoke to
 * whom is kept in the Region's log bucket.
 *
 * Costs about 0.045 USD an hour for each NAT gateway, 0.045 USD for each GB through it and 0.005 USD
 * an hour for each address.
 */
export class RegionalVpc extends Construct {
  /** The Region's network. */
  public readonly vpc: IVpc;
  /** Public IPv4 addresses of the NAT gateways, comma separated; none where there is none. */
  public readonly natAddresses: string;

  public constructor(scope: Construct, id: string, props: RegionalVpcProps) {
    super(scope, id);
    const { cidr, zones } = props.region;
    const addresses: CfnEIP[] = [];
    const isClosed = props.closed === true;
    const translated = props.publicOnly === true || isClosed ? [] : zones;
    for (const index of translated.keys()) {
      addresses.push(new CfnEIP(this, `NatAddress${index + 1}`, { domain: 'vpc' }));
    }
    const joined = addresses.map(({ attrPublicIp }) => attrPublicIp);
    this.natAddresses = joined.length === 0 ? '' : Fn.join(',', joined);
    acknowledge(
      this,
      'CloudFormation-Validate::W3010',
      'zones come from the declaration: looking them up needs credentials at synthesis',
    );
    this.vpc = new Vpc(this, 'Resource', {
      vpcName: props.vpcName,
      ipAddresses: IpAddresses.cidr(cidr),
      maxAzs: zones.length,
      natGateways: isClosed ? zones.length : translated.length,
      natGatewayProvider: isClosed
        ? new NoTranslation()
        : NatProvider.gateway({
            eipAllocationIds: addresses.map(({ attrAllocationId }) => attrAllocationId),
          }),
      subnetConfiguration: props.publicOnly === true ? SUBNETS.slice(0, 1) : SUBNETS,
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    });
    new CfnFlowLog(this, 'FlowLog', {
      resourceId: this.vpc.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      logDestinationType: 's3',
      logDestination: `${props.logBucketArn}/${FLOW_LOG_PREFIX}`,
      destinationOptions: {
        FileFormat: 'parquet',
        HiveCompatiblePartitions: false,
        PerHourPartition: true,
      },
      maxAggregationInterval: 600,
    });
  }
}
