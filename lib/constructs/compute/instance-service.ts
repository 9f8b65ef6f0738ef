import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Ec2Compute } from '../../config';
import { InstanceScaling } from './private/instance-scaling';
import { GROUP, instances, rollOut, signalOf } from './private/server-group';
import { ServerFiles } from './private/server-files';
import { ServerSecurityGroup } from './private/server-security-group';
import { ServerTemplate } from './private/server-template';
import { serviceStatements } from './private/service-statements';
import { userData } from './private/user-data';
import type { IServiceCompute, ServerComputeProps } from './service-compute';
import { SERVER_PORT } from './service-compute';
import { serverPool, workloadEnvironment } from './workload-environment';

export interface InstanceServiceProps extends ServerComputeProps {
  /** Its servers. */
  readonly servers: Ec2Compute;
}

/**
 * The service on instances of an Auto Scaling group, over three zones: the same module as in Lambda's
 * bundle, fetched from the Region's own bucket and verified, for load that is steady enough to pay for
 * whole machines. Never fewer than carry the peak without one Region and without one zone, on demand
 * unless Spot is declared below that. A new version replaces a third at a time and is taken back when
 * its servers do not come to live. Starting one needs S3, STS and EC2 of its own Region only.
 *
 * Costs what its instances cost, 0.0725 USD an hour for a c7g.large; an 8 GiB volume 0.64 USD a month;
 * stopped ones of a warm pool their volumes only. Limits: 1,000 instances here, 16 KB of user data.
 *
 * @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-zonal-shift.html
 */
export class InstanceService extends Construct implements IServiceCompute {
  /** As a declaration names it. */
  public readonly kind = 'ec2';
  /** Name by which CloudWatch knows it. */
  public readonly metricName: string;

  public constructor(scope: Construct, id: string, props: InstanceServiceProps) {
    super(scope, id);
    const { deployment, region, servers, vpc, target } = props;
    const log = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const files = new ServerFiles(this, 'Files', props.files);
    const admitted = new ServerSecurityGroup(this, 'Group', {
      vpc,
      port: SERVER_PORT,
      callers: target.callers,
    });
    const subnets = vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS });
    const group = new CfnAutoScalingGroup(this, 'Resource', {
      ...GROUP,
      minSize: String(servers.minInstances),
      maxSize: String(servers.maxInstances),
      vpcZoneIdentifier: subnets.subnetIds,
      targetGroupArns: [target.group.targetGroupArn],
      capacityRebalance: servers.spot !== undefined,
    });
    this.metricName = group.ref;
    const template = new ServerTemplate(this, 'Template', {
      description: `${deployment.name} ${props.service.name} in ${region}`,
      instanceType: servers.instanceTypes[0],
      securityGroups: [admitted, props.securityGroup],
      statements: [
        ...files.statements,
        ...serviceStatements(deployment, region, props.service.grants),
        new PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          resources: [log.logGroupArn],
        }),
      ],
      userData: userData({
        bootstrap: props.bootstrap,
        environment: environmentOf(props, files),
        port: SERVER_PORT,
        healthPath: props.service.healthPath,
        logGroupName: log.logGroupName,
        signal: signalOf(group),
      }),
    });
    group.mixedInstancesPolicy = instances(servers, template);
    rollOut(group, servers);
    group.node.addDependency(admitted, target.listener);
    new InstanceScaling(this, 'Scaling', { group, servers, label: target.label });
  }
}

function environmentOf(
  { deployment, region, service, cacheEndpoint }: InstanceServiceProps,
  files: ServerFiles,
): Readonly<Record<string, string>> {
  return {
    ...service.environment,
    ...workloadEnvironment(deployment, region, cacheEndpoint),
    ...serverPool(deployment),
    ...files.environment,
  };
}
