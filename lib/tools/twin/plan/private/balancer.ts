import type { AssemblyResource, JsonObject } from '../../../assembly';
import type {
  Action,
  Condition,
  ListenerConfig,
  TargetGroupConfig,
  WeightedGroup,
} from '../../gateway';
import { isNetworkDoor, planNetworkDoor } from './network-door';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, PlanError, raw } from './reader';
import { planTargetGroup } from './target-groups';

/** One Region's load balancer. */
export interface PlannedBalancer {
  readonly key: string;
  readonly region: string;
  readonly listener: ListenerConfig;
  readonly targetGroups: Readonly<Record<string, TargetGroupConfig>>;
  /** Functions behind the target groups. */
  readonly functions: readonly AssemblyResource[];
  /** Container services and groups of instances behind the target groups. */
  readonly services: readonly AssemblyResource[];
}

const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const TARGET_GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';

/** Key of the Region's load balancer; undefined where it has none. @throws PlanError for several */
export function findBalancer(reader: TemplateReader, region: string): AssemblyResource | undefined {
  const found = reader.resources('AWS::ElasticLoadBalancingV2::LoadBalancer', region);
  const [balancer, second] = found;
  if (second !== undefined) {
    throw new PlanError(second.key, 'it runs one load balancer in a Region');
  }
  return balancer;
}

export function planBalancer(reader: TemplateReader, balancer: AssemblyResource): PlannedBalancer {
  const { region } = balancer.stack;
  if (isNetworkDoor(reader, balancer)) return planNetwork(reader, balancer);
  const listeners = reader.resources(LISTENER, region).filter((it) => serves(reader, it));
  const [listener, second] = listeners;
  if (listener === undefined || second !== undefined) {
    throw new PlanError(
      balancer.key,
      `it must have one listener that serves, got: ${listeners.length}`,
    );
  }
  const rules = reader
    .resources(RULE, region)
    .filter((rule) => reader.target(rule, raw(rule, ['ListenerArn']))?.resource === listener)
    .sort((one, other) => priority(reader, one) - priority(reader, other));
  const groups = reader
    .resources(TARGET_GROUP, region)
    .map((group) => planTargetGroup(reader, group));
  const behind = (kind: TargetGroupConfig['kind']) =>
    groups.flatMap(({ config, target }) => (config.kind === kind ? [target] : []));
  return {
    ...{ key: balancer.key, region },
    listener: {
      rules: rules.map((rule) => ({
        conditions: asList(raw(rule, ['Conditions'])).map((condition) =>
          planCondition(reader, rule, asObject(condition)),
        ),
        action: planAction(reader, rule, raw(rule, ['Actions'])),
      })),
      defaultAction: planAction(reader, listener, raw(listener, ['DefaultActions'])),
    },
    targetGroups: Object.fromEntries(groups.map(({ key, config }) => [key, config])),
    functions: behind('function'),
    services: behind('servers'),
  };
}

/** Connections go to servers of one group, as requests do by the other kind. */
function planNetwork(reader: TemplateReader, balancer: AssemblyResource): PlannedBalancer {
  const { region } = balancer.stack;
  const door = planNetworkDoor(reader, balancer, reader.resources(TARGET_GROUP, region));
  const { key, config, target } = planTargetGroup(reader, door.servers);
  if (config.kind !== 'servers') throw new PlanError(key, 'it hands connections to servers');
  return {
    ...{ key: balancer.key, region, listener: door.listener },
    targetGroups: { [key]: { ...config, ...door.tier } },
    functions: [],
    services: [target],
  };
}

/** A listener that only redirects, from HTTP to HTTPS, is not needed where nothing is encrypted. */
function serves(reader: TemplateReader, listener: AssemblyResource): boolean {
  return asList(raw(listener, ['DefaultActions'])).every(
    (action) => reader.evaluate(listener, asObject(action)['Type'], 'Type') !== 'redirect',
  );
}

function priority(reader: TemplateReader, rule: AssemblyResource): number {
  return Number(reader.needed(rule, 'Priority'));
}

function planAction(
  reader: TemplateReader,
  of: AssemblyResource,
  actions: JsonObject[string] | undefined,
): Action {
  const action = asObject(asList(actions).at(-1));
  const type = asText(reader.evaluate(of, action['Type'], 'Actions'));
  if (type === 'fixed-response') {
    const config = asObject(reader.evaluate(of, action['FixedResponseConfig'], 'Actions'));
    return {
      kind: 'fixed-response',
      status: Number(config['StatusCode']),
      contentType: asText(config['ContentType'] ?? 'text/plain'),
      body: asText(config['MessageBody'] ?? ''),
    };
  }
  if (type !== 'forward') {
    throw new PlanError(of.key, `it runs fixed responses and target groups, not: ${type}`);
  }
  return { kind: 'forward', targetGroups: planWeights(reader, of, action) };
}

/** A group without a weight has 1, as where there is but one. */
function planWeights(
  reader: TemplateReader,
  of: AssemblyResource,
  action: JsonObject,
): readonly WeightedGroup[] {
  const config = asObject(action['ForwardConfig']);
  const { Enabled: sticky } = asObject(config['TargetGroupStickinessConfig']);
  if (asText(reader.evaluate(of, sticky, 'Actions')) === 'true') {
    throw new PlanError(of.key, 'it does not keep a client with one target group');
  }
  const listed = asList(config['TargetGroups']).map(asObject);
  const groups = listed.length > 0 ? listed : [action];
  return groups.map((group) => {
    const target = reader.target(of, group['TargetGroupArn']);
    if (target === undefined) throw new PlanError(of.key, 'a target group is not of the templates');
    const weight = Number(reader.evaluate(of, group['Weight'] ?? 1, 'Weight'));
    return { targetGroup: target.resource.key, weight };
  });
}

function planCondition(
  reader: TemplateReader,
  rule: AssemblyResource,
  condition: JsonObject,
): Condition {
  const field = asText(reader.evaluate(rule, condition['Field'], 'Conditions'));
  const config = (name: string) => asObject(reader.evaluate(rule, condition[name], 'Conditions'));
  const values = (name: string) =>
    asList(config(name)['Values'] ?? reader.evaluate(rule, condition['Values'], 'Values')).map(
      asText,
    );
  switch (field) {
    case 'path-pattern':
      return { field, values: values('PathPatternConfig') };
    case 'host-header':
      return { field, values: values('HostHeaderConfig') };
    case 'http-request-method':
      return { field, values: values('HttpRequestMethodConfig') };
    case 'http-header': {
      const name = asText(config('HttpHeaderConfig')['HttpHeaderName'] ?? '');
      return { field, name, values: values('HttpHeaderConfig') };
    }
    default:
      throw new PlanError(rule.key, `it knows no condition ${field}`);
  }
}
