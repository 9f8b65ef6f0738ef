import type { Construct } from 'constructs';
import { clustersOf, datastoreRole, tablesOf } from '../config';
import { ZonalAutoshift } from '../constructs/compute';
import type { RunbookAlarm } from '../constructs/observability';
import {
  AlarmTopic,
  CompositeAlarms,
  RunbookAlarms,
  cacheAlarms,
  databaseAlarms,
  datastoreAlarms,
  deadLetterAlarm,
  doorAlarms,
  functionAlarms,
  impairmentAlarms,
  instanceAlarms,
  proxyAlarms,
  queueAlarms,
  serverAlarms,
  serverlessCacheAlarms,
  tableAlarms,
} from '../constructs/observability';
import { MeridianStack } from './private/meridian-stack';
import type { RegionalStackProps } from './private/regional';
import { storeAlarms } from './private/store-alarms';
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
    });
    const prefix = deployment.name;
    const own = [
      ...(service === undefined ? [] : this.ofService(props, service)),
      ...this.ofDatabases(props),
      ...this.ofTables(props),
      ...this.ofCache(props),
      ...this.ofQueues(props),
    ];
    const alarms = new RunbookAlarms(this, 'Watch', { prefix, topicArn, alarms: own });
    alarms.node.addDependency(topic);
    const whole = impairmentAlarms(prefix, own);
    new CompositeAlarms(this, 'Whole', { prefix, topicArn, over: alarms, alarms: whole });
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
      outcomeAlarm: `arn:aws:cloudwatch:${place}:alarm:${deployment.name}-load-balancer-errors`,
    });
  }

  private ofService({ deployment }: AlarmsProps, outputs: ServiceOutputs): readonly RunbookAlarm[] {
    const { name, loadBalancer, targetGroups, functionName } = outputs;
    const service = deployment.services.find((it) => it.name === name);
    const { fargate: servers, ec2 } = service?.compute ?? {};
    const inTurn = (servers?.deployment.strategy ?? 'rolling') !== 'rolling';
    const balancing = service?.loadBalancing;
    const network = balancing?.kind !== 'application';
    const cluster = this.names.serverCluster();
    return [
      ...doorAlarms({ loadBalancer, targetGroups, network, inTurn }),
      ...(functionName === undefined ? [] : functionAlarms(functionName)),
      ...(servers ? serverAlarms({ cluster, service: name, minTasks: servers.minTasks }) : []),
      ...(ec2 ? groupAlarms('instances', outputs.instanceGroupName, ec2) : []),
      ...(balancing?.kind === 'software'
        ? groupAlarms('balancers', outputs.balancerGroupName, balancing.tier)
        : []),
    ];
  }

  private ofDatabases({ deployment, region }: AlarmsProps): readonly RunbookAlarm[] {
    const clusters = clustersOf(deployment);
    return clusters
      .filter(({ regions }) => regions.includes(region.name))
      .flatMap(({ store, shard, regions, serving }) => [
        ...databaseAlarms({
          cluster: this.names.cluster(store.name, shard, region.name),
          instanceClass: store.instanceClass,
          capacityUnits: store.capacityUnits,
          subject: `${store.name}-${shard}`,
          peers: regions.filter((name) => name !== region.name),
          rpoSeconds: deployment.objectives.rpoSeconds,
          headless: !serving.includes(region.name),
        }),
        ...(store.proxy === undefined || !serving.includes(region.name)
          ? []
          : proxyAlarms(this.names.proxy(store.name, shard), `${store.name}-${shard}`)),
      ]);
  }

  private ofTables({ deployment, region }: AlarmsProps): readonly RunbookAlarm[] {
    const peers = deployment.regions.map(({ name }) => name).filter((name) => name !== region.name);
    const own = tablesOf(deployment).flatMap((kind) =>
      tableAlarms({ table: this.names.table(kind), subject: kind, peers }),
    );
    return [...own, ...storeAlarms(deployment, region.name)];
  }

  private ofCache({ deployment, region }: AlarmsProps): readonly RunbookAlarm[] {
    const { cache } = deployment;
    if (cache === undefined) return [];
    if (cache.kind === 'serverless') {
      return serverlessCacheAlarms({
        cacheName: this.names.cacheGroup(region.name, cache),
        maxStorageGb: cache.maxStorageGb,
      });
    }
    const nodes = this.names.cacheNodes(region.name, cache);
    const copied = datastoreRole(cache, region.name) === 'secondary';
    return [...cacheAlarms(nodes), ...(copied ? datastoreAlarms(nodes) : [])];
  }

  private ofQueues({ deployment }: AlarmsProps): readonly RunbookAlarm[] {
    const { names } = this;
    const queues = deployment.queues.flatMap((queue) =>
      queueAlarms({
        subject: queue.name,
        queueName: names.queue(queue),
        deadLettersName: names.deadLetters(queue),
        ageSeconds: queue.ageAlarmSeconds,
      }),
    );
    const jobs = deployment.jobs.length > 0 ? [deadLetterAlarm('jobs', names.deadJobs())] : [];
    return [...queues, ...jobs];
  }
}

function groupAlarms(
  subject: 'instances' | 'balancers',
  group: string | undefined,
  { minInstances }: { readonly minInstances: number },
): readonly RunbookAlarm[] {
  return group === undefined ? [] : instanceAlarms({ group, minInstances, subject });
}
