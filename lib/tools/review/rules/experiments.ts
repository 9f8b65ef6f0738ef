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
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  // Instances of a group bear the group's tags.
  'aws:ec2:instance': ['AWS::EC2::Instance', 'AWS::AutoScaling::AutoScalingGroup'],
  'aws:ec2:autoscaling-group': ['AWS::AutoScaling::AutoScalingGroup'],
  'aws:ec2:subnet': ['AWS::EC2::Subnet'],
  'aws:ecs:task': ['AWS::ECS::Service'],
  'aws:ecs:cluster': ['AWS::ECS::Cluster'],
  'aws:rds:cluster': ['AWS::RDS::DBCluster'],
  'aws:rds:db': ['AWS::RDS::DBInstance'],
  'aws:dynamodb:global-table': ['AWS::DynamoDB::GlobalTable'],
  'aws:elasticache:replicationgroup': ['AWS::ElastiCache::ReplicationGroup'],
  'aws:s3:bucket': ['AWS::S3::Bucket'],
  'aws:lambda:function': ['AWS::Lambda::Function'],
  'aws:ec2:transit-gateway': ['AWS::EC2::TransitGateway'],
};

/** ARNs whose last part AWS makes up. */
const GENERATED = /(subnet|instance|volume|transit-gateway|vpc-endpoint|task)\/[^/]*$/;

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
      yield* stopBreaches(view, experiment);
      const actions = view.at(experiment, 'Actions');
      for (const [name, action] of isJsonObject(actions) ? Object.entries(actions) : []) {
        const id = view.textOf(within(action, 'ActionId'));
        if (id !== undefined && !ACTIONS.includes(id))
          yield { at: experiment, message: `${name}: there is no action ${id}` };
      }
    }
  },
};

function* stopBreaches(view: View, experiment: AssemblyResource): Iterable<Breach> {
  const stops = view
    .list(experiment, 'StopConditions')
    .filter((it) => within(it, 'Source') !== 'none');
  if (stops.length === 0) yield { at: experiment, message: 'nothing stops it' };
  for (const stop of stops) {
    const arn = view.textOf(within(stop, 'Value'));
    const [, , , region, , name] = arn?.split(/:(?:alarm:)?/) ?? [];
    if (name === undefined) continue;
    const stands = view
      .all('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm')
      .some((it) => it.stack.region === region && view.text(it, 'AlarmName') === name);
    if (!stands || region !== experiment.stack.region)
      yield {
        at: experiment,
        message: `the alarm that stops it, ${name} of ${region ?? '?'}, is not in its Region`,
      };
  }
}

export const noTarget: Rule = {
  id: 'experiment-hits-nothing',
  severity: 'error',
  title: 'Every target of an experiment resolves to a resource of its Region',
  reason:
    'With a tag or an ARN that nothing bears, the experiment skips its targets and passes: nothing was tried.',
  source: `${FIS}/targets.html`,
  remedy:
    'Tag the resources that are meant, or name what is there, and fail where a target resolves to nothing.',
  covers: ['D1', 'R33'],
  *check(view) {
    for (const experiment of view.all('AWS::FIS::ExperimentTemplate')) {
      const declared = view.at(experiment, 'Targets');
      const targets = isJsonObject(declared) ? Object.entries(declared) : [];
      for (const [name, target] of targets) yield* targetBreaches(view, experiment, name, target);
      const skips = view.text(experiment, 'ExperimentOptions.EmptyTargetResolutionMode') === 'skip';
      if (skips && targets.every(([, target]) => mayBeEmpty(target))) {
        yield { at: experiment, message: 'passes when it has no target', severity: 'warning' };
      }
    }
  },
};

/** Whether a target can be empty when an experiment starts: nothing bears a tag, no writer is in the zone. */
function mayBeEmpty(target: Json): boolean {
  const filters = within(target, 'Filters');
  const parameters = within(target, 'Parameters');
  return (
    within(target, 'ResourceArns') === undefined ||
    (isJsonList(filters) && filters.length > 0) ||
    (isJsonObject(parameters) && Object.keys(parameters).length > 0)
  );
}

function* targetBreaches(
  view: View,
  experiment: AssemblyResource,
  name: string,
  target: Json,
): Iterable<Breach> {
  const arns = within(target, 'ResourceArns');
  const tags = within(target, 'ResourceTags');
  if (arns === undefined && tags === undefined)
    yield { at: experiment, message: `${name}: names neither ARNs nor tags` };
  const types = TARGETS[view.textOf(within(target, 'ResourceType')) ?? ''];
  if (types === undefined) return;
  const { region } = experiment.stack;
  for (const [index, arn] of (isJsonList(arns) ? arns : []).entries()) {
    const hits = view.out(experiment, `Targets.${name}.ResourceArns[${String(index)}]`);
    const text = view.textOf(arn);
    // An id that AWS generates cannot stand in a template.
    if (hits.length === 0 && (text === undefined || GENERATED.test(text))) continue;
    if (!hits.some(({ type }) => types.includes(type)) || elsewhere(text, region))
      yield {
        at: experiment,
        message: `${name}: no ${types[0] ?? ''} of ${region} is ${text ?? 'what it names'}`,
      };
  }
  if (!isJsonObject(tags)) return;
  const candidates = view.all(...types).filter(({ stack }) => stack.region === region);
  const hit = candidates.some((it) =>
    Object.entries(tags).every(([key, value]) => tagsOf(view, it).get(key) === view.textOf(value)),
  );
  if (!hit)
    yield {
      at: experiment,
      message: `${name}: no ${types[0] ?? ''} of ${region} bears ${JSON.stringify(tags)}`,
    };
}

/** Whether an ARN with a Region names another one. */
function elsewhere(arn: string | undefined, region: string): boolean {
  const named = arn?.split(':')[3] ?? '';
  return named !== '' && named !== region;
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
