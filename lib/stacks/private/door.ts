import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ILoadBalancerV2, ITargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { IDependable } from 'constructs';
import { HEALTH_CHECKER_CIDRS, Names, regionFacts } from '../../config';
import type { Deployment, LoadBalancing, RegionName, Service } from '../../config';
import { NetworkDoor, PublicLoadBalancer, SERVER_PORT } from '../../constructs/compute';
import type { DoorAdmission } from '../../constructs/compute';
import { WebAcl, doorRules, openDoorRules } from '../../constructs/security';
import type { NetworkOutputs } from '../network';
import { MeridianStack } from './meridian-stack';

/** Where servers register, as CloudWatch and scaling know it. */
export interface DoorGroup extends ITargetGroup {
  readonly targetGroupFullName: string;
}

/** A Region's load balancer of whatever kind, as what stands behind it and in front of it sees it. */
export interface Door {
  readonly loadBalancer: ILoadBalancerV2 & { readonly loadBalancerArn: string };
  /** `app/NAME/ID` or `net/NAME/ID` */
  readonly fullName: string;
  /** Groups from which servers are called. */
  readonly securityGroups: readonly ISecurityGroup[];
  /** Servers are refused before it. */
  readonly listener: IDependable;
  readonly functionGroup: DoorGroup | undefined;
  readonly serverGroup: DoorGroup | undefined;
  readonly instanceGroup: DoorGroup | undefined;
  /** The other group that tasks register with in turn, and the listener that ECS moves. */
  readonly shift: { readonly alternate: DoorGroup; readonly listenerArn: string } | undefined;
  /** Where software balancers register, and the group that they belong to. */
  readonly balancers:
    { readonly group: DoorGroup; readonly securityGroup: ISecurityGroup } | undefined;
}

/** What a door is declared from. */
export interface DoorNeeds {
  readonly deployment: Deployment;
  readonly region: RegionName;
  readonly service: Service;
  readonly network: NetworkOutputs;
  readonly zone: IHostedZone;
  /** Names that the certificate covers. */
  readonly hosts: readonly [string, ...string[]];
  /** The function that answers. @default none */
  readonly target?: IFunction;
  /** IPv4 blocks from which the peers' servers call. */
  readonly peers: readonly string[];
}

/** A stack with a Region's door of the declared kind. */
export abstract class DoorStack extends MeridianStack {
  protected declareDoor(props: DoorNeeds): Door {
    const { loadBalancing } = props.service;
    return loadBalancing.kind === 'application'
      ? this.application(props, loadBalancing)
      : this.network(props, loadBalancing);
  }

  private application(
    props: DoorNeeds,
    loadBalancing: Extract<LoadBalancing, { kind: 'application' }>,
  ): Door {
    const { deployment, region, service, zone, hosts, target } = props;
    const { names } = this;
    const { lambda, fargate, ec2 } = service.compute;
    const door = new PublicLoadBalancer(this, 'Door', {
      ...admission(props),
      ...{ zone, hosts, loadBalancing },
      ...(lambda && target && { functions: { target, weight: lambda.weight } }),
      ...(fargate && { servers: { port: SERVER_PORT, weight: fargate.weight } }),
      ...(ec2 && { instances: { port: SERVER_PORT, weight: ec2.weight } }),
      healthPath: service.healthPath,
      readyPath: service.readyPath,
      livePaths: service.livePaths,
      originSecret: names.originSecret(),
      logBucket: names.bucket('logs', region),
      ...(deployment.edge.mode === 'vpc-origin' && { internal: true }),
    });
    const isOpen = deployment.edge.mode === 'direct';
    const { webAclArn } = new WebAcl(this, 'Firewall', {
      aclName: `${deployment.name}-door`,
      scope: 'REGIONAL',
      account: deployment.account,
      region,
      rules: (isOpen ? openDoorRules : doorRules)([service.healthPath, service.readyPath]),
    });
    const resourceArn = door.loadBalancer.loadBalancerArn;
    new CfnWebACLAssociation(this, 'Protected', { resourceArn, webAclArn });
    const { loadBalancer, fullName, securityGroups } = door;
    const { functionGroup, serverGroup, instanceGroup } = door;
    return {
      ...{
        loadBalancer,
        fullName,
        securityGroups,
        listener: door,
        balancers: undefined,
        shift: undefined,
      },
      ...{ functionGroup, serverGroup, instanceGroup },
    };
  }

  private network(
    props: DoorNeeds,
    loadBalancing: Exclude<LoadBalancing, { kind: 'application' }>,
  ): Door {
    const { region, service, zone, hosts } = props;
    const servers = service.compute.fargate === undefined ? 'instances' : 'servers';
    const door = new NetworkDoor(this, 'NetworkDoor', {
      ...admission(props),
      ...{ zone, hosts, loadBalancing, healthPath: service.healthPath },
      behind: loadBalancing.kind === 'software' ? 'balancers' : servers,
      shifts: (service.compute.fargate?.deployment.strategy ?? 'rolling') !== 'rolling',
      logBucket: this.names.bucket('logs', region),
    });
    const { loadBalancer, fullName, securityGroups, serverGroup } = door;
    const { balancerGroup: group, balancerSecurityGroup: securityGroup } = door;
    return {
      ...{ loadBalancer, fullName, securityGroups, listener: door, functionGroup: undefined },
      serverGroup: servers === 'servers' ? serverGroup : undefined,
      instanceGroup: servers === 'instances' ? serverGroup : undefined,
      shift: door.shift,
      balancers: group && securityGroup && { group, securityGroup },
    };
  }
}

function admission({ deployment, region, network, peers }: DoorNeeds): DoorAdmission {
  const names = new Names(deployment);
  return {
    vpc: network.vpc,
    cloudFrontPrefixList: regionFacts(region).cloudFrontPrefixList,
    healthCheckers: HEALTH_CHECKER_CIDRS,
    peers,
    ...(deployment.edge.mode === 'direct' && { openHosts: [names.apiHost()] as const }),
  };
}
