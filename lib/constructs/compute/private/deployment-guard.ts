import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnMetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Names } from '../../../config';
import type { Deployment, FargateDeployment, RegionName, Service } from '../../../config';
import { ANSWERS, RunbookAlarms, SLOW_MILLISECONDS, deploymentAlarms } from '../../observability';

export interface DeploymentGuardProps {
  /** The resolved declaration. */
  readonly deployment: Deployment;
  /** Region of the stack. */
  readonly region: RegionName;
  /** The service that is deployed. */
  readonly service: Pick<Service, 'name' | 'livePaths'>;
  /** How connections move to its new tasks. */
  readonly moves: FargateDeployment;
  /** `net/NAME/ID` of the load balancer, and `targetgroup/NAME/ID` of both groups. */
  readonly door: { readonly loadBalancer: string; readonly targetGroups: readonly string[] };
  /** What its tasks log: a line of JSON for each answer, with `message` "request", `status` and `ms`. */
  readonly log: ILogGroup;
}

/**
 * The alarms that end a deployment under way and take it back. A network load balancer knows of broken
 * connections and of unhealthy tasks; answers are counted from the service's log, where it has a line for
 * each: the sample workload has, and without such lines those two alarms stay silent. Answers of live
 * paths are late by intention.
 *
 * They stand beside the service, because ECS asks for them by name as soon as it deploys. Costs 0.90 USD a
 * month for three metrics and 0.90 USD for four alarms over nine.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export class DeploymentGuard extends Construct {
  /** Names of the alarms. */
  public readonly alarmNames: readonly string[];

  public constructor(scope: Construct, id: string, props: DeploymentGuardProps) {
    super(scope, id);
    const { deployment, service } = props;
    const namespace = `Meridian/${deployment.name}/${service.name}`;
    const patterns = {
      all: [],
      failed: ['$.status >= 500'],
      slow: [
        `$.ms > ${SLOW_MILLISECONDS}`,
        ...service.livePaths.map((path) => `$.path != "${path}"`),
      ],
    };
    for (const [kind, terms] of Object.entries(patterns)) {
      const metricName = ANSWERS[kind as keyof typeof ANSWERS];
      new CfnMetricFilter(this, metricName, {
        logGroupName: props.log.logGroupName,
        filterPattern: `{ ${['$.message = "request"', ...terms].map((it) => `(${it})`).join(' && ')} }`,
        metricTransformations: [
          { metricNamespace: namespace, metricName, metricValue: '1', unit: 'Count' },
        ],
      });
    }
    const { names } = new RunbookAlarms(this, 'Watch', {
      prefix: deployment.name,
      topicArn: new Names(deployment).alarmTopicArn(props.region),
      alarms: deploymentAlarms({ deployment: props.moves, namespace, ...props.door }),
    });
    this.alarmNames = names;
  }
}
