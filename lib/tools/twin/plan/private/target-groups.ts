import type { AssemblyResource } from '../../../assembly';
import type { BalancingConfig, TargetGroupConfig, TargetHealthCheck } from '../../gateway';
import { groupOf } from './instances';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, PlanError, raw } from './reader';

export interface PlannedTargetGroup {
  readonly key: string;
  readonly config: TargetGroupConfig;
  /** The function, the container service, or the group of instances that answers. */
  readonly target: AssemblyResource;
}

/** @throws PlanError for targets other than one function, or servers */
export function planTargetGroup(
  reader: TemplateReader,
  group: AssemblyResource,
): PlannedTargetGroup {
  const type = reader.text(group, 'TargetType') ?? 'instance';
  const attributes = attributesOf(reader, group);
  const { key } = group;
  if (type === 'ip') {
    const service = serviceOf(reader, group);
    return { key, config: planServers(reader, group, service, attributes), target: service };
  }
  if (type === 'instance') {
    const instances = groupOf(reader, group);
    if (instances === undefined) throw new PlanError(key, 'no instances register with it');
    const config = planServers(reader, group, instances, attributes);
    return { key, config, target: instances };
  }
  const [target] = asList(raw(group, ['Targets'])).map(asObject);
  const of = functionBehind(reader, group, target?.['Id']);
  if (type !== 'lambda' || of === undefined) {
    throw new PlanError(key, `it runs targets that are functions or servers, not: ${type}`);
  }
  const config: TargetGroupConfig = {
    ...{ kind: 'function', function: of.key },
    arn: `arn:aws:elasticloadbalancing:${group.stack.region}:${group.stack.account}:targetgroup/${group.logicalId}/0`,
    multiValueHeaders: attributes.get('lambda.multi_value_headers.enabled') === 'true',
  };
  return { key, config, target: of };
}

/** The function that is a target; a name for versions leads to it, see planVersions. */
export function functionBehind(
  reader: TemplateReader,
  group: AssemblyResource,
  target: unknown,
): AssemblyResource | undefined {
  const found = reader.target(group, target)?.resource;
  if (found?.type !== 'AWS::Lambda::Alias') return found;
  return reader.target(found, raw(found, ['FunctionName']))?.resource;
}

/** The service that registers its servers with a group. */
function serviceOf(reader: TemplateReader, group: AssemblyResource): AssemblyResource {
  const registers = (service: AssemblyResource) =>
    asList(raw(service, ['LoadBalancers'])).some(
      (it) => reader.target(service, asObject(it)['TargetGroupArn'])?.resource === group,
    );
  const service = reader.resources('AWS::ECS::Service', group.stack.region).find(registers);
  if (service === undefined) throw new PlanError(group.key, 'no service registers servers with it');
  return service;
}

/** Longest wait for requests in hand that a group has by default, in seconds. */
const DEREGISTRATION_SECONDS = 300;
/** How long a cookie keeps a client by default, in seconds. */
const A_DAY = 86_400;

const ALGORITHMS: ReadonlyMap<string, BalancingConfig['algorithm']> = new Map([
  ['round_robin', 'round-robin'],
  ['least_outstanding_requests', 'least-outstanding-requests'],
  ['weighted_random', 'weighted-random'],
]);

function planServers(
  reader: TemplateReader,
  group: AssemblyResource,
  service: AssemblyResource,
  attributes: ReadonlyMap<string, string>,
): TargetGroupConfig {
  const minimum = (unit: string) =>
    attributes.get(`target_group_health.unhealthy_state_routing.minimum_healthy_targets.${unit}`);
  const percentage = minimum('percentage') ?? 'off';
  return {
    ...{ kind: 'servers', service: service.key },
    healthCheck: planTargetHealth(reader, group),
    deregistrationSeconds: Number(
      attributes.get('deregistration_delay.timeout_seconds') ?? DEREGISTRATION_SECONDS,
    ),
    minimumHealthy: {
      count: Number(minimum('count') ?? 1),
      percentage: percentage === 'off' ? 0 : Number(percentage),
    },
    balancing: planBalancing(group, attributes),
  };
}

/** @throws PlanError for an algorithm that is unknown here, or a cookie of the application's own */
function planBalancing(
  group: AssemblyResource,
  attributes: ReadonlyMap<string, string>,
): BalancingConfig {
  const named = attributes.get('load_balancing.algorithm.type') ?? 'round_robin';
  const algorithm = ALGORITHMS.get(named);
  if (algorithm === undefined) throw new PlanError(group.key, `it knows no algorithm ${named}`);
  const sticky = attributes.get('stickiness.enabled') === 'true';
  const kind = attributes.get('stickiness.type');
  if (sticky && kind !== 'lb_cookie') {
    throw new PlanError(group.key, `it keeps no client with one server by ${String(kind)}`);
  }
  const slowStart = Number(attributes.get('slow_start.duration_seconds') ?? 0);
  const seconds = Number(attributes.get('stickiness.lb_cookie.duration_seconds') ?? A_DAY);
  return {
    algorithm,
    anomalyMitigation: attributes.get('load_balancing.algorithm.anomaly_mitigation') === 'on',
    ...(slowStart > 0 && { slowStartSeconds: slowStart }),
    ...(sticky && { stickinessSeconds: seconds }),
  };
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
function planTargetHealth(reader: TemplateReader, group: AssemblyResource): TargetHealthCheck {
  const number = (name: string, otherwise: number) => Number(reader.text(group, name) ?? otherwise);
  return {
    path: reader.text(group, 'HealthCheckPath') ?? '/',
    intervalSeconds: number('HealthCheckIntervalSeconds', 30),
    timeoutSeconds: number('HealthCheckTimeoutSeconds', 5),
    healthyThreshold: number('HealthyThresholdCount', 5),
    unhealthyThreshold: number('UnhealthyThresholdCount', 2),
    statuses: reader.text(group, 'Matcher', 'HttpCode') ?? '200',
  };
}

function attributesOf(
  reader: TemplateReader,
  group: AssemblyResource,
): ReadonlyMap<string, string> {
  const attributes = asList(reader.value(group, 'TargetGroupAttributes')).map(asObject);
  return new Map(attributes.map(({ Key, Value }) => [asText(Key ?? ''), asText(Value ?? '')]));
}
