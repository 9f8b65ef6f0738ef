import type { AssemblyResource } from '../../assembly';
import { isJsonObject } from '../../assembly';
import { numberOf, within } from './view';
import type { View } from './view';
import { standOf, subnetCount } from './zones';

/** How many servers of one kind run at least and at most, and what one of them carries. */
export interface Capacity {
  /** Service or group. */
  readonly resource: AssemblyResource;
  /** Resource that states the minimum. */
  readonly at: AssemblyResource;
  readonly min: number | undefined;
  readonly max: number | undefined;
  /** Zones that it is spread over. */
  readonly zones: number;
  /** Requests a second that one of them carries, by its scaling policy; undefined where none says. */
  readonly requestsPerSecond: number | undefined;
  /** Share of the Region's requests that it gets among the kinds, 0 to 1. */
  readonly weight: number;
}

export const capacitiesOf = (view: View): readonly Capacity[] => view.once(compute);

const compute = (view: View): readonly Capacity[] => [
  ...view.all('AWS::ECS::Service').map((it) => ofService(view, it)),
  ...view.all('AWS::AutoScaling::AutoScalingGroup').map((it) => ofGroup(view, it)),
];

function ofService(view: View, service: AssemblyResource): Capacity {
  const target = view
    .all('AWS::ApplicationAutoScaling::ScalableTarget')
    .find((it) => scales(view, it, service));
  const policies = target === undefined ? [] : scalingPolicies(view, target);
  const at = target ?? service;
  const fixed = view.number(service, 'DesiredCount');
  return {
    resource: service,
    at,
    min: target === undefined ? fixed : view.number(target, 'MinCapacity'),
    max: target === undefined ? undefined : view.number(target, 'MaxCapacity'),
    zones: zoneCount(view, service),
    requestsPerSecond: requestsOf(view, policies),
    weight: weightOf(view, view.out(service, 'LoadBalancers')),
  };
}

/** A scalable target names its service by `service/CLUSTER/SERVICE`, in the same Region. */
function scales(view: View, target: AssemblyResource, service: AssemblyResource): boolean {
  if (target.stack.region !== service.stack.region) return false;
  if (view.out(target, 'ResourceId').includes(service)) return true;
  if (target.stack !== service.stack) return false;
  const name = view.text(service, 'ServiceName');
  const id = view.text(target, 'ResourceId') ?? '';
  return name !== undefined && id.endsWith(`/${name}`);
}

function ofGroup(view: View, group: AssemblyResource): Capacity {
  return {
    resource: group,
    at: group,
    min: view.number(group, 'MinSize'),
    max: view.number(group, 'MaxSize'),
    zones: zoneCount(view, group),
    requestsPerSecond: requestsOf(view, scalingPolicies(view, group)),
    weight: weightOf(view, view.out(group, 'TargetGroupARNs')),
  };
}

function scalingPolicies(view: View, target: AssemblyResource): readonly AssemblyResource[] {
  return [
    ...view.into(target, 'AWS::ApplicationAutoScaling::ScalingPolicy'),
    ...view.into(target, 'AWS::AutoScaling::ScalingPolicy'),
  ];
}

function zoneCount(view: View, resource: AssemblyResource): number {
  return standOf(view, resource).zones.length || (subnetCount(view, resource) ?? 1);
}

/** Target tracking on requests a minute per target says what one target carries. */
function requestsOf(view: View, policies: readonly AssemblyResource[]): number | undefined {
  for (const policy of policies) {
    for (const path of [
      'TargetTrackingScalingPolicyConfiguration',
      'TargetTrackingConfiguration',
    ]) {
      const metric = view.text(
        policy,
        `${path}.PredefinedMetricSpecification.PredefinedMetricType`,
      );
      const value = view.number(policy, `${path}.TargetValue`);
      if (metric === 'ALBRequestCountPerTarget' && value !== undefined) return value / 60;
    }
  }
  return undefined;
}

/**
 * The share of these target groups among those that the same rules forward to. A rule of certain
 * paths, such as those of connections that stay open, says nothing of all requests beside one of every path.
 */
function weightOf(view: View, groups: readonly AssemblyResource[]): number {
  const own = new Set(groups.map(({ key }) => key));
  const rules = groups.flatMap((it) => view.into(it, 'AWS::ElasticLoadBalancingV2::ListenerRule'));
  const defaults = groups.flatMap((it) => view.into(it, 'AWS::ElasticLoadBalancingV2::Listener'));
  const wide = rules.filter((it) => !isNarrow(view, it));
  const chosen = wide.length + defaults.length > 0 ? wide : rules;
  const shares = [
    ...chosen.map((it) => view.list(it, 'Actions')),
    ...defaults.map((it) => view.list(it, 'DefaultActions')),
  ].flatMap((actions) =>
    actions.filter(isJsonObject).flatMap((action) => {
      const parts = within(action, 'ForwardConfig.TargetGroups');
      if (!Array.isArray(parts)) return [1];
      const weights = parts.map((part: Parameters<typeof within>[0]) => ({
        mine: view.refs(within(part, 'TargetGroupArn')).some(({ key }) => own.has(key)),
        weight: numberOf(within(part, 'Weight')) ?? 1,
      }));
      const sum = weights.reduce((total, { weight }) => total + weight, 0);
      const mine = weights.filter((it) => it.mine).reduce((total, { weight }) => total + weight, 0);
      return sum > 0 ? [mine / sum] : [];
    }),
  );
  return shares.length > 0 ? Math.max(...shares) : 1;
}

function isNarrow(view: View, rule: AssemblyResource): boolean {
  return view.list(rule, 'Conditions').some((it) => {
    const values = within(it, 'PathPatternConfig.Values') ?? within(it, 'Values');
    const isPath = within(it, 'Field') === 'path-pattern';
    return isPath && Array.isArray(values) && !values.includes('/*') && !values.includes('*');
  });
}
