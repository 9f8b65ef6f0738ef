import type { Construct } from 'constructs';
import { ZonalAutoshift } from '../constructs/compute';
import type { RunbookAlarm } from '../constructs/observability';
import {
  AlarmTopic,
  CompositeAlarms,
  Dashboard,
  RunbookAlarms,
  alarmName,
  burnAlarms,
  doorAlarms,
  functionAlarms,
  impairmentAlarms,
  instanceAlarms,
  objectiveAlarms,
} from '../constructs/observability';
import { alarmsOfCanaries } from './private/canary-targets';
import { MeridianStack } from './private/meridian-stack';
import { linesOf, namedAlarms, namedLines } from './private/named-alarms';
import type { RegionalStackProps } from './private/regional';
import type { ServiceOutputs } from './service';

export interface AlarmsProps extends RegionalStackProps {
  /** What of the Region's service is watched. @default there is no service */
  readonly service?: ServiceOutputs;
}

/** A Region's alarms and the topic that they ring. It watches; nothing that serves needs it. */
export class Alarms extends MeridianStack {
  public constructor(scope: Construct, id: string, props: AlarmsProps) {
    const { deployment, region, service } = props;
    super(scope, id, {
      deployment,
      kind: 'alarms',
      region: region.name,
      regional: true,
      stateful: false,
      description: `${deployment.name}: alarms of ${region.name}`,
    });
    const { names } = this;
    const topicArn = names.alarmTopicArn(region.name);
    const topic = new AlarmTopic(this, 'Topic', {
      topicName: names.alarmTopic(),
      topicArn,
      keyAlias: names.keyAlias(),
      account: deployment.account,
      // As with the key: Regions are equal.
      budgets: deployment.observability.budget !== undefined,
    });
    const prefix = deployment.name;
    const serving = service === undefined ? [] : this.ofService(props, service);
    const own = [...serving, ...namedAlarms(deployment, region.name)];
    const alarms = new RunbookAlarms(this, 'Watch', { prefix, topicArn, alarms: own });
    alarms.node.addDependency(topic);
    const promised = service !== undefined && deployment.observability.objectives !== undefined;
    const whole = [...impairmentAlarms(prefix, own), ...(promised ? burnAlarms(prefix) : [])];
    new CompositeAlarms(this, 'Whole', { prefix, topicArn, over: alarms, alarms: whole });
    if (deployment.observability.dashboards) {
      new Dashboard(this, 'Dashboard', {
        ...{ dashboardName: names.dashboard(region.name), region: region.name },
        about: `${deployment.name} in ${region.name}`,
        alarmArns: [...whole, ...own].map((it) =>
          names.alarmArn(alarmName(prefix, it), region.name),
        ),
        lines: [
          ...linesOf(serving, region.name),
          ...linesOf(alarmsOfCanaries(deployment, region.name), region.name),
          ...namedLines(deployment, region.name),
        ],
      });
    }
    if (service !== undefined) this.autoshift(props, service)?.node.addDependency(alarms);
  }

  /** Here, and not with the load balancer, because its practice needs an alarm that stands already. */
  private autoshift(
    { deployment, region }: AlarmsProps,
    { name, loadBalancer }: ServiceOutputs,
  ): ZonalAutoshift | undefined {
    const service = deployment.services.find((it) => it.name === name);
    if (service?.loadBalancing.autoshift !== true) return undefined;
    const place = `${region.name}:${deployment.account}`;
    return new ZonalAutoshift(this, 'Autoshift', {
      resourceArn: `arn:aws:elasticloadbalancing:${place}:loadbalancer/${loadBalancer}`,
      outcomeAlarm: this.names.alarmArn(`${deployment.name}-load-balancer-errors`, region.name),
    });
  }

  private ofService({ deployment }: AlarmsProps, outputs: ServiceOutputs): readonly RunbookAlarm[] {
    const { name, loadBalancer, targetGroups, functionName } = outputs;
    const service = deployment.services.find((it) => it.name === name);
    const { objectives } = deployment.observability;
    const { fargate: servers, ec2 } = service?.compute ?? {};
    const inTurn = (servers?.deployment.strategy ?? 'rolling') !== 'rolling';
    const balancing = service?.loadBalancing;
    const network = balancing?.kind !== 'application';
    return [
      ...doorAlarms({ loadBalancer, targetGroups, network, inTurn }),
      ...(objectives === undefined ? [] : objectiveAlarms(loadBalancer, objectives)),
      ...(functionName === undefined ? [] : functionAlarms(functionName)),
      ...(ec2 ? groupAlarms('instances', outputs.instanceGroupName, ec2) : []),
      ...(balancing?.kind === 'software'
        ? groupAlarms('balancers', outputs.balancerGroupName, balancing.tier)
        : []),
    ];
  }
}

function groupAlarms(
  subject: 'instances' | 'balancers',
  group: string | undefined,
  { minInstances }: { readonly minInstances: number },
): readonly RunbookAlarm[] {
  return group === undefined ? [] : instanceAlarms({ group, minInstances, subject });
}
