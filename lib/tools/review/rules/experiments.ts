import type { AssemblyResource, Json } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import type { Breach, Rule } from '../model';
import { within } from '../private/view';
import type { View } from '../private/view';

const FIS = 'https://docs.aws.amazon.com/fis/latest/userguide';

/** Actions of the service by its reference; `*` ends a family. */
const ACTIONS = [
  'aws:arc:start-zonal-autoshift', 'aws:cloudwatch:assert-alarm-state', 'aws:dynamodb:global-table-pause-replication',
  'aws:ebs:pause-volume-io', 'aws:ebs:volume-io-latency', 'aws:ec2:api-insufficient-instance-capacity-error',
  'aws:ec2:asg-insufficient-instance-capacity-error', 'aws:ec2:reboot-instances',
  'aws:ec2:send-spot-instance-interruptions', 'aws:ec2:stop-instances', 'aws:ec2:terminate-instances',
  'aws:ecs:drain-container-instances', 'aws:ecs:stop-task', 'aws:ecs:task-cpu-stress', 'aws:ecs:task-io-stress',
  'aws:ecs:task-kill-process', 'aws:ecs:task-network-blackhole-port', 'aws:ecs:task-network-latency',
  'aws:ecs:task-network-packet-loss', 'aws:eks:inject-kubernetes-custom-resource', 'aws:eks:pod-cpu-stress',
  'aws:eks:pod-delete', 'aws:eks:pod-io-stress', 'aws:eks:pod-memory-stress', 'aws:eks:pod-network-blackhole-port',
  'aws:eks:pod-network-latency', 'aws:eks:pod-network-packet-loss', 'aws:eks:terminate-nodegroup-instances',
  'aws:elasticache:replicationgroup-interrupt-az-power', 'aws:fis:inject-api-internal-error',
  'aws:fis:inject-api-throttle-error', 'aws:fis:inject-api-unavailable-error', 'aws:fis:wait',
  'aws:kinesis:stream-provisioned-throughput-exception', 'aws:kinesis:stream-expired-iterator-exception',
  'aws:lambda:invocation-add-delay', 'aws:lambda:invocation-error', 'aws:lambda:invocation-http-integration-response',
  'aws:memorydb:multi-region-cluster-pause-replication', 'aws:network:disrupt-connectivity',
  'aws:network:disrupt-vpc-endpoint', 'aws:network:route-table-disrupt-cross-region-connectivity',
  'aws:network:transit-gateway-disrupt-cross-region-connectivity', 'aws:rds:failover-db-cluster',
  'aws:rds:reboot-db-instances', 'aws:s3:bucket-pause-replication', 'aws:ssm:send-command',
  'aws:ssm:start-automation-execution',
]; // prettier-ignore

/** Template types of what experiments aim at. */
const TARGETS: Readonly<Record<string, string>> = {
  'aws:ec2:instance': 'AWS::EC2::Instance',
  'aws:ec2:autoscaling-group': 'AWS::AutoScaling::AutoScalingGroup',
  'aws:ec2:subnet': 'AWS::EC2::Subnet',
  'aws:ecs:task': 'AWS::ECS::Service',
  'aws:ecs:cluster': 'AWS::ECS::Cluster',
  'aws:rds:cluster': 'AWS::RDS::DBCluster',
  'aws:rds:db': 'AWS::RDS::DBInstance',
  'aws:dynamodb:global-table': 'AWS::DynamoDB::GlobalTable',
  'aws:elasticache:replicationgroup': 'AWS::ElastiCache::ReplicationGroup',
  'aws:s3:bucket': 'AWS::S3::Bucket',
  'aws:lambda:function': 'AWS::Lambda::Function',
  'aws:ec2:transit-gateway': 'AWS::EC2::TransitGateway',
};

export const noStop: Rule = {
  id: 'experiment-without-stop',
  severity: 'error',
  title: 'Experiments stop by an alarm, and their actions exist',
  reason: 'An experiment that nothing stops is an outage with a name.',
  source: `${FIS}/stop-conditions.html`,
  remedy: 'Set StopConditions to an alarm, and ActionId to an action of the reference.',
  covers: ['R33', 'D30'],
  *check(view) {
    for (const experiment of view.all('AWS::FIS::ExperimentTemplate')) {
      const stops = view
        .list(experiment, 'StopConditions')
        .filter((it) => within(it, 'Source') !== 'none');
      if (stops.length === 0) yield { at: experiment, message: 'nothing stops it' };
      const actions = view.at(experiment, 'Actions');
      for (const [name, action] of isJsonObject(actions) ? Object.entries(actions) : []) {
        const id = view.textOf(within(action, 'ActionId'));
        if (id !== undefined && !ACTIONS.includes(id))
          yield { at: experiment, message: `${name}: there is no action ${id}` };
      }
    }
  },
};

export const noTarget: Rule = {
  id: 'experiment-hits-nothing',
  severity: 'error',
  title: 'Every target of an experiment resolves to a resource of its Region',
  reason:
    'With a tag that nothing bears, the experiment skips its targets and passes: nothing was tried.',
  source: `${FIS}/targets.html`,
  remedy: 'Tag the resources that are meant, and fail where a target resolves to nothing.',
  covers: ['D1', 'R33'],
  *check(view) {
    for (const experiment of view.all('AWS::FIS::ExperimentTemplate')) {
      const targets = view.at(experiment, 'Targets');
      for (const [name, target] of isJsonObject(targets) ? Object.entries(targets) : []) {
        yield* targetBreaches(view, experiment, name, target);
      }
      if (view.text(experiment, 'ExperimentOptions.EmptyTargetResolutionMode') === 'skip') {
        yield { at: experiment, message: 'passes when it has no target', severity: 'warning' };
      }
    }
  },
};

function* targetBreaches(
  view: View,
  experiment: AssemblyResource,
  name: string,
  target: Json,
): Iterable<Breach> {
  const type = TARGETS[view.textOf(within(target, 'ResourceType')) ?? ''];
  const tags = within(target, 'ResourceTags');
  if (type === undefined || !isJsonObject(tags)) return;
  const candidates = view.all(type).filter(({ stack }) => stack.region === experiment.stack.region);
  const hit = candidates.some((it) =>
    Object.entries(tags).every(([key, value]) => tagsOf(view, it).get(key) === view.textOf(value)),
  );
  if (!hit)
    yield {
      at: experiment,
      message: `${name}: no ${type} of ${experiment.stack.region} bears ${JSON.stringify(tags)}`,
    };
}

function tagsOf(view: View, resource: AssemblyResource): ReadonlyMap<string, string | undefined> {
  const tags = view.at(resource, 'Tags');
  if (isJsonObject(tags))
    return new Map(Object.entries(tags).map(([key, value]) => [key, view.textOf(value)]));
  const entries = (isJsonList(tags) ? tags : []).map(
    (tag) => [view.textOf(within(tag, 'Key')) ?? '', view.textOf(within(tag, 'Value'))] as const,
  );
  return new Map(entries);
}

export const noExperiment: Rule = {
  id: 'failover-never-tried',
  severity: 'info',
  title: 'Experiments cover the loss of a zone and of the link between Regions',
  reason: 'A failover that has never run does not work.',
  source: `${FIS}/az-availability-scenario.html`,
  remedy: 'Add experiments, or run the drills of the twin (they need no AWS account) and say so.',
  covers: ['R33'],
  *check(view) {
    const experiments = view.all('AWS::FIS::ExperimentTemplate');
    const [first] = experiments;
    if (first === undefined) return;
    const text = JSON.stringify(experiments.map((it) => view.at(it, 'Actions')));
    const wanted: readonly (readonly [RegExp, string])[] = [
      [
        /disrupt-connectivity|interrupt-az-power|failover-db-cluster|zonal-autoshift/,
        'the loss of a zone',
      ],
      [/cross-region-connectivity|pause-replication/, 'the loss of the link between Regions'],
    ];
    for (const [pattern, what] of wanted)
      if (!pattern.test(text)) yield { at: first, message: `no experiment tries ${what}` };
  },
};

export const EXPERIMENT_RULES: readonly Rule[] = [noStop, noTarget, noExperiment];
