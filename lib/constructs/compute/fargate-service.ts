import { RemovalPolicy } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { CfnCluster, CfnService, CfnTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { CfnServiceProps } from 'aws-cdk-lib/aws-ecs';
import { CfnLogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Names, SERVER_IMAGE } from '../../config';
import type { FargateCompute } from '../../config';
import { DeploymentGuard } from './private/deployment-guard';
import { serverContainer } from './private/server-container';
import { ServerFiles } from './private/server-files';
import { ServerRoles } from './private/server-roles';
import { ServerScaling } from './private/server-scaling';
import { ServerSecurityGroup } from './private/server-security-group';
import { ShiftRole, deploymentOf } from './private/task-rollout';
import { ServerImageCache } from './server-image-cache';
import type { IServiceCompute, ServerComputeProps, ServerTarget } from './service-compute';
import { SERVER_PORT } from './service-compute';
import { serverPool, workloadEnvironment } from './workload-environment';

export interface FargateServiceProps
  extends
    Omit<ServerComputeProps, 'files' | 'bootstrap'>,
    Partial<Pick<ServerComputeProps, 'files' | 'bootstrap'>> {
  /** Its servers. */
  readonly servers: FargateCompute;
}

/**
 * The service as servers: the same module as in Lambda's bundle, in a plain Node image on Graviton, or the
 * service's own image (then without files and bootstrap); over three zones, for load that does not pause. Never fewer tasks than carry the peak without one
 * Region and without one zone, all on demand: in the moment of a loss nothing has to be had.
 *
 * The number of tasks is left to scaling; said in the service as well, each deployment would undo it.
 * L1, because the library would put names of other stacks into logical ids, which differ by Region.
 * Costs 0.0395 USD an hour for a task of 1 vCPU and 2 GB.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
 */
export class FargateService extends Construct implements IServiceCompute {
  /** As a declaration names it. */
  public readonly kind = 'fargate';
  /** Name by which CloudWatch knows it. */
  public readonly metricName: string;

  public constructor(scope: Construct, id: string, props: FargateServiceProps) {
    super(scope, id);
    const { deployment, region, service, servers, vpc, securityGroup, target } = props;
    const names = new Names(deployment);
    this.metricName = service.name;
    const log = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const files = props.files && new ServerFiles(this, 'Files', props.files);
    const image = new ServerImageCache(this, 'Image', {
      account: deployment.account,
      region,
      prefix: names.imageCachePrefix(),
      image: service.image ?? SERVER_IMAGE,
    });
    const roles = new ServerRoles(this, 'Roles', {
      deployment,
      region,
      service,
      log,
      files,
      image,
    });
    const container = serverContainer({
      name: service.name,
      imageName: image.imageName,
      bootstrap: props.bootstrap,
      port: SERVER_PORT,
      environment: {
        ...service.environment,
        ...workloadEnvironment(deployment, region, props.cacheEndpoint),
        ...serverPool(deployment),
        ...files?.environment,
      },
      log,
      region,
    });
    const task = this.task(props, roles, container);
    const cluster = this.cluster(names.serverCluster(), servers.spot !== undefined);
    const subnets = vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS });
    const admitted = new ServerSecurityGroup(this, 'Group', {
      vpc,
      port: SERVER_PORT,
      callers: target.callers,
    });
    const guard = this.guard(props, log);
    const resource = this.service(props, task, cluster, guard?.alarmNames ?? [], {
      subnets: subnets.subnetIds,
      securityGroups: [admitted.securityGroupId, securityGroup.securityGroupId],
    });
    if (guard !== undefined) resource.node.addDependency(guard);
    resource.node.addDependency(roles, image, admitted, target.listener);
    new ServerScaling(this, 'Scaling', {
      service: resource,
      resourceId: `service/${names.serverCluster()}/${service.name}`,
      servers,
      label: target.label,
    });
  }

  private task(
    { deployment, service, servers }: FargateServiceProps,
    roles: ServerRoles,
    container: CfnTaskDefinition.ContainerDefinitionProperty,
  ): CfnTaskDefinition {
    return new CfnTaskDefinition(this, 'Task', {
      family: `${deployment.name}-${service.name}`,
      cpu: String(servers.cpu),
      memory: String(servers.memoryMiB),
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      executionRoleArn: roles.execution.roleArn,
      taskRoleArn: roles.task.roleArn,
      containerDefinitions: [container],
    });
  }

  private service(
    { service, servers, target }: FargateServiceProps,
    task: CfnTaskDefinition,
    cluster: CfnCluster,
    alarmNames: readonly string[],
    place: Pick<CfnService.AwsVpcConfigurationProperty, 'subnets' | 'securityGroups'>,
  ): CfnService {
    return new CfnService(this, 'Resource', {
      cluster: cluster.ref,
      serviceName: service.name,
      taskDefinition: task.ref,
      ...capacity(servers.spot),
      availabilityZoneRebalancing: 'ENABLED',
      deploymentConfiguration: deploymentOf(servers.deployment, alarmNames),
      // A task fetches its module first; a health check in that time would end it.
      healthCheckGracePeriodSeconds: 60,
      loadBalancers: [
        {
          containerName: service.name,
          containerPort: SERVER_PORT,
          targetGroupArn: target.group.targetGroupArn,
          ...(servers.deployment.strategy !== 'rolling' && {
            advancedConfiguration: this.shift(target),
          }),
        },
      ],
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED', ...place } },
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
    });
  }

  /** What takes a deployment back that moves connections; the circuit breaker does so with a rolling one. */
  private guard(props: FargateServiceProps, log: LogGroup): DeploymentGuard | undefined {
    const { deployment, region, service, servers, target } = props;
    if (servers.deployment.strategy === 'rolling' || target.shift === undefined) return undefined;
    const moves = servers.deployment;
    const door = target.shift.metrics;
    return new DeploymentGuard(this, 'Guard', { deployment, region, service, moves, door, log });
  }

  private shift({ group, shift }: ServerTarget): CfnService.AdvancedConfigurationProperty {
    if (shift === undefined) {
      throw new RangeError('`target.shift` must be given where connections are moved, got: none');
    }
    const { alternate, listenerArn } = shift;
    const role = new ShiftRole(this, 'Shift', { groups: [group, alternate], listenerArn });
    return {
      alternateTargetGroupArn: alternate.targetGroupArn,
      productionListenerRule: listenerArn,
      roleArn: role.roleArn,
    };
  }

  /** Container Insights tells how many tasks run; its log group is ours, so that it is bounded. */
  private cluster(clusterName: string, spot: boolean): CfnCluster {
    const insights = new CfnLogGroup(this, 'InsightsLog', {
      logGroupName: `/aws/ecs/containerinsights/${clusterName}/performance`,
      retentionInDays: RetentionDays.ONE_WEEK,
    });
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName,
      clusterSettings: [{ name: 'containerInsights', value: 'enabled' }],
      ...(spot && { capacityProviders: ['FARGATE', 'FARGATE_SPOT'] }),
    });
    cluster.addResourceDependency(insights);
    return cluster;
  }
}

/** On demand up to the floor; beyond it, Spot by its share. A strategy takes the launch type's place. */
function capacity(
  spot: FargateCompute['spot'],
): Pick<CfnServiceProps, 'launchType' | 'capacityProviderStrategy'> {
  if (spot === undefined) return { launchType: 'FARGATE' };
  const { onDemandFloor: base, percent } = spot;
  return {
    capacityProviderStrategy: [
      { capacityProvider: 'FARGATE', base, weight: 100 - percent },
      { capacityProvider: 'FARGATE_SPOT', weight: percent },
    ],
  };
}
