import { Fn } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { bindingConsumers, endpointsOf, storesOf } from '../config';
import type { Binding, Deployment, Region, RegionName } from '../config';
import { BindingWriter } from '../constructs/binding';
import {
  CACHE_PORT,
  ClientSecurityGroup,
  ExistingVpc,
  GRAPH_PORT,
  RegionalEndpoints,
  RegionalVpc,
} from '../constructs/network';
import type { Artifacts } from './private/meridian-stack';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';

export interface NetworkProps extends RegionalStackProps {
  /** What is built before constructs run. */
  readonly artifacts: Pick<Artifacts, 'handlers'>;
}

/** What other stacks of the same Region take from its network. */
export interface NetworkOutputs {
  readonly vpc: IVpc;
  /** Group of the service's functions and servers. */
  readonly serviceGroup: ISecurityGroup;
  /** Group of the migration function. */
  readonly migrationGroup: ISecurityGroup;
  /** IPv4 blocks from which the Region's own calls reach public addresses. */
  readonly natBlocks: readonly string[];
}

/** A Region's VPC, the groups of its database clients, and its NAT addresses for the peers. */
export class Network extends MeridianStack {
  public readonly outputs: NetworkOutputs;

  public constructor(scope: Construct, id: string, props: NetworkProps) {
    const { deployment, region, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'network',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: network of ${region.name}`,
    });
    const { network: existing } = region;
    const network =
      existing === undefined
        ? new RegionalVpc(this, 'Vpc', {
            region,
            vpcName: this.stackName,
            logBucketArn: this.names.bucketArn('logs', region.name),
            closed: deployment.network.egress === 'endpoints',
          })
        : new ExistingVpc(this, 'Vpc', { network: existing });
    const { vpc, natAddresses } = network;
    if (deployment.edge.mode === 'vpc-origin' && existing === undefined) {
      // Exports that the public load balancer used stay until its stack has let go of them.
      for (const { subnetId } of vpc.publicSubnets) this.exportValue(subnetId);
    }
    const serviceGroup = new ClientSecurityGroup(this, 'ServiceGroup', {
      vpc,
      description: 'Functions of the service',
      opens: opened(deployment, region.name),
    });
    if (network instanceof ExistingVpc) network.noteAt(serviceGroup);
    const services = endpointsOf(deployment, region.name);
    if (services.length > 0) {
      const { account } = deployment;
      new RegionalEndpoints(this, 'Endpoints', { vpc, region, account, services });
    }
    this.outputs = {
      vpc,
      serviceGroup,
      migrationGroup: new ClientSecurityGroup(this, 'MigrationGroup', {
        vpc,
        description: 'Migration function',
      }),
      natBlocks: natBlocks(natAddresses, region),
    };
    const binding: Binding = { kind: 'nat-addresses', producer: region.name };
    if (bindingConsumers(deployment, binding).length > 0) {
      new BindingWriter(this, 'NatAddresses', {
        deployment,
        binding,
        value: natAddresses,
        handler: artifacts.handlers.binding,
      });
    }
  }
}

/** One block for each NAT gateway of a Region, of their addresses, comma separated. */
export function natBlocks(addresses: string, { zones }: Region): readonly string[] {
  return [...zones.keys()].map((index) => `${Fn.select(index, Fn.split(',', addresses))}/32`);
}

/** What the service may open in its Region beside PostgreSQL. */
function opened(deployment: Deployment, region: RegionName): Readonly<Record<number, string>> {
  const graphs = storesOf(deployment, 'neptune').some(({ regions }) => regions.includes(region));
  return Object.fromEntries([
    ...(deployment.cache === undefined ? [] : [[CACHE_PORT, 'Cache of this Region']]),
    ...(graphs ? [[GRAPH_PORT, 'Graphs of this Region']] : []),
  ]) as Record<number, string>;
}
