import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tags } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { EXPERIMENT_TAG, codePartsOf, steeringRecords } from '../config';
import type { Service as ServiceConfig } from '../config';
import { BindingReader, BindingWriter } from '../constructs/binding';
import {
  FargateService,
  InstanceService,
  LambdaService,
  SoftwareBalancer,
} from '../constructs/compute';
import type { IServiceCompute, ServerComputeProps } from '../constructs/compute';
import { KnownSchemas } from '../constructs/database';
import { SiteContent } from '../constructs/edge';
import { RegionalHealth, RegionalRecords } from '../constructs/routing';
import { natBlocks } from './network';
import type { NetworkOutputs } from './network';
import { DoorStack } from './private/door';
import type { Door, DoorGroup } from './private/door';
import type { Artifacts } from './private/meridian-stack';
import { pascalCase } from './private/pascal-case';
import type { RegionalStackProps } from './private/regional';
import { tierOf } from './private/tier';
import { ZoneReference } from './private/zone-reference';

export interface ServiceProps extends RegionalStackProps {
  /** The declared service. */
  readonly service: ServiceConfig;
  /** What the Region's network stack offers. */
  readonly network: NetworkOutputs;
  /** Address of the Region's cache, `rediss://host:port[?cluster]`. @default none */
  readonly cacheEndpoint?: string;
  /** What is built before constructs run. */
  readonly artifacts: Omit<Artifacts, 'migrate'>;
}

/** Experiments find groups, and instances, which take it over, by the tag alone. */
const GROUPS = ['AWS::AutoScaling::AutoScalingGroup'];

/** Children that run the service. */
const CODE = ['Workload', 'Servers', 'Instances'];

/** What watches a service knows it by. */
export interface ServiceOutputs {
  readonly name: string;
  /** `app/NAME/ID` or `net/NAME/ID` */
  readonly loadBalancer: string;
  /** `targetgroup/NAME/ID` of each kind of compute. */
  readonly targetGroups: Readonly<Record<string, string>>;
  readonly functionName: string | undefined;
  /** Of the Auto Scaling group, if there is one. */
  readonly instanceGroupName: string | undefined;
  /** The same of the software balancers, if there are any. */
  readonly balancerGroupName: string | undefined;
}

/** What a Region serves with: the service, its load balancer, its share of DNS, its static files. */
export class Service extends DoorStack {
  public readonly outputs: ServiceOutputs;

  public constructor(scope: Construct, id: string, props: ServiceProps) {
    const { deployment, region, service, artifacts } = props;
    super(scope, id, {
      deployment,
      kind: 'service',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: ${service.name} in ${region.name}`,
    });
    const bundle = artifacts.services[service.name];
    if (bundle === undefined && service.image === undefined)
      throw new RangeError(`there is no bundle of service ${service.name}`);
    const { zone } = new ZoneReference(this, 'Zone', { deployment });
    const functions = this.functions(props, bundle);
    const door = this.door(props, zone, functions?.target);
    const instances = this.servers(props, bundle, door);
    const tier = tierOf({ ...props, door, instances });
    const balancers = tier && new SoftwareBalancer(this, 'Balancers', tier);
    this.routing(props, zone, door);
    new SiteContent(this, 'Site', {
      bucketName: this.names.bucket('site', region.name),
      directory: artifacts.site,
      handler: artifacts.handlers.site,
    });
    if (codePartsOf(deployment).includes('service')) {
      new KnownSchemas(this, 'Schemas', {
        parameterName: this.names.schemaParameter('service'),
        schemas: artifacts.schemas,
        code: CODE.flatMap((child) => this.node.tryFindChild(child) ?? []),
      });
    }
    if (deployment.experiments !== undefined) {
      Tags.of(this).add(EXPERIMENT_TAG, deployment.name, { includeResourceTypes: GROUPS });
    }
    this.outputs = {
      ...outputsOf(service, door, functions, instances),
      balancerGroupName: balancers?.groupName,
    };
  }

  private functions(props: ServiceProps, bundle: string | undefined): LambdaService | undefined {
    const { deployment, region, service, network, cacheEndpoint } = props;
    if (service.compute.lambda === undefined || bundle === undefined) return undefined;
    return new LambdaService(this, 'Workload', {
      deployment,
      region: region.name,
      service,
      bundle,
      vpc: network.vpc,
      securityGroup: network.serviceGroup,
      cacheEndpoint,
    });
  }

  private door(props: ServiceProps, zone: IHostedZone, target: IFunction | undefined): Door {
    const { deployment, region, service, network } = props;
    return this.declareDoor({
      ...{ deployment, service, network, zone, region: region.name },
      hosts: [this.names.regionalHost(region.name), this.commonHost(props)],
      ...(target && { target }),
      // Behind a CDN's private origin peers come through the CDN.
      peers: deployment.edge.mode === 'vpc-origin' ? [] : this.callers(props),
    });
  }

  private servers(
    props: ServiceProps,
    bundle: string | undefined,
    door: Door,
  ): IServiceCompute | undefined {
    const { service, artifacts } = props;
    const { fargate, ec2 } = service.compute;
    if (fargate !== undefined && door.serverGroup !== undefined) {
      new FargateService(this, 'Servers', {
        ...this.server(props, door, door.serverGroup),
        ...(bundle !== undefined && {
          files: filesOf(artifacts, bundle),
          bootstrap: readFileSync(artifacts.bootstrap, 'utf8').trim(),
        }),
        servers: fargate,
      });
    }
    if (ec2 === undefined || bundle === undefined || door.instanceGroup === undefined)
      return undefined;
    return new InstanceService(this, 'Instances', {
      ...this.server(props, door, door.instanceGroup),
      files: filesOf(artifacts, bundle),
      bootstrap: readFileSync(artifacts.instanceBootstrap, 'utf8').trim(),
      servers: ec2,
    });
  }

  /** What tasks and instances have in common. */
  private server(
    { deployment, region, service, network, cacheEndpoint }: ServiceProps,
    door: Door,
    group: DoorGroup,
  ): Omit<ServerComputeProps, 'bootstrap' | 'files'> {
    return {
      deployment,
      region: region.name,
      service,
      vpc: network.vpc,
      securityGroup: network.serviceGroup,
      cacheEndpoint,
      target: {
        group,
        callers: door.securityGroups,
        shift: door.shift && {
          ...door.shift,
          metrics: {
            loadBalancer: door.fullName,
            targetGroups: [group, door.shift.alternate].map((it) => it.targetGroupFullName),
          },
        },
        listener: door.listener,
        label: `${door.fullName}/${group.targetGroupFullName}`,
      },
    };
  }

  private routing(props: ServiceProps, zone: IHostedZone, door: Door): void {
    const { deployment, region, service } = props;
    const { names } = this;
    const regionalHost = names.regionalHost(region.name);
    const { healthCheck } = new RegionalHealth(this, 'Health', {
      host: regionalHost,
      readyPath: service.readyPath,
      switchHost: names.bucketHost('switch', region.switchRegion),
      switchKey: names.switchKey(region.name),
    });
    this.write(props, 'HealthCheck', 'health-check', healthCheck.healthCheckId);
    const { loadBalancer } = door;
    if (deployment.edge.mode === 'vpc-origin') {
      // Names lead to the CDN, which is told where this Region's door is.
      this.write(props, 'LoadBalancer', 'load-balancer', loadBalancer.loadBalancerArn);
      return;
    }
    new RegionalRecords(this, 'Records', {
      ...{ zone, region: region.name, regionalHost, loadBalancer, healthCheck },
      steering: steeringRecords(deployment.routing, region.name, this.commonHost(props)),
      ...this.clientNetworks(props),
    });
  }

  private write(
    { deployment, region, artifacts }: ServiceProps,
    id: string,
    kind: 'health-check' | 'load-balancer',
    value: string,
  ): void {
    const binding = { kind, producer: region.name };
    new BindingWriter(this, id, {
      deployment,
      binding,
      value,
      handler: artifacts.handlers.binding,
    });
  }

  /**
   * The name that users come by: the CDN's origin, what clients of the API ask for, or the product's
   * own, which the CDN passes on.
   */
  private commonHost({ deployment }: ServiceProps): string {
    switch (deployment.edge.mode) {
      case 'cdn':
        return this.names.originHost();
      case 'direct':
        return this.names.apiHost();
      case 'vpc-origin':
        return deployment.domainName;
    }
  }

  /** The collection that IP-based records refer to, which no Region owns. */
  private clientNetworks({ deployment }: ServiceProps): { readonly cidrCollectionId?: string } {
    if (deployment.routing.policy !== 'ip-based') return {};
    const binding = { kind: 'cidr-collection' } as const;
    return { cidrCollectionId: new BindingReader(this, 'Networks', { deployment, binding }).value };
  }

  /** Of each peer, and of this Region itself where canaries come from it. */
  private callers({ deployment, region, network }: ServiceProps): string[] {
    const peers = deployment.regions.filter(({ name }) => name !== region.name);
    const own = deployment.observability.canaries === undefined ? [] : network.natBlocks;
    const theirs = peers.flatMap((peer) => {
      const { value } = new BindingReader(this, `NatAddresses${pascalCase(peer.name)}`, {
        deployment,
        binding: { kind: 'nat-addresses', producer: peer.name },
      });
      return natBlocks(value, peer);
    });
    return [...theirs, ...own];
  }
}

function filesOf(
  { certificates }: ServiceProps['artifacts'],
  bundle: string,
): ServerComputeProps['files'] {
  return { server: join(bundle, 'server.mjs'), certificates };
}

function outputsOf(
  { name }: ServiceConfig,
  { fullName, functionGroup, serverGroup, instanceGroup, balancers, shift }: Door,
  functions: IServiceCompute | undefined,
  instances: IServiceCompute | undefined,
): Omit<ServiceOutputs, 'balancerGroupName'> {
  return {
    name,
    loadBalancer: fullName,
    targetGroups: {
      ...(functionGroup && { functions: functionGroup.targetGroupFullName }),
      ...(serverGroup && { servers: serverGroup.targetGroupFullName }),
      ...(instanceGroup && { instances: instanceGroup.targetGroupFullName }),
      ...(shift && { alternate: shift.alternate.targetGroupFullName }),
      ...(balancers && { balancers: balancers.group.targetGroupFullName }),
    },
    functionName: functions?.metricName,
    instanceGroupName: instances?.metricName,
  };
}
