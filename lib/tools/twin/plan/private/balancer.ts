import type { AssemblyResource, JsonObject } from '../../../assembly';
import type { Action, Condition, ListenerConfig, TargetGroupConfig } from '../../gateway';
import type { TemplateReader } from './reader';
import { asList, asObject, asText, PlanError, raw } from './reader';

/** One Region's load balancer. */
export interface PlannedBalancer {
  readonly key: string;
  readonly region: string;
  readonly listener: ListenerConfig;
  readonly targetGroups: Readonly<Record<string, TargetGroupConfig>>;
  /** Functions behind the target groups. */
  readonly functions: readonly AssemblyResource[];
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
  const groups = reader.resources(TARGET_GROUP, region).map((group) => planGroup(reader, group));
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
    functions: groups.map(({ target }) => target),
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
  const groups = asList(asObject(action['ForwardConfig'])['TargetGroups']);
  const reference = action['TargetGroupArn'] ?? asObject(groups[0])['TargetGroupArn'];
  const target = reader.target(of, reference);
  if (type !== 'forward' || target === undefined || groups.length > 1) {
    throw new PlanError(of.key, `it runs fixed responses and one target group, not: ${type}`);
  }
  return { kind: 'forward', targetGroup: target.resource.key };
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

function planGroup(reader: TemplateReader, group: AssemblyResource) {
  const target = asObject(asList(raw(group, ['Targets']))[0]);
  const of = reader.target(group, target['Id'])?.resource;
  if (reader.text(group, 'TargetType') !== 'lambda' || of === undefined) {
    throw new PlanError(group.key, 'its targets must be one Lambda function');
  }
  const attributes = asList(reader.value(group, 'TargetGroupAttributes')).map(asObject);
  const multiValue = attributes.find(
    (attribute) => attribute['Key'] === 'lambda.multi_value_headers.enabled',
  );
  const config: TargetGroupConfig = {
    function: of.key,
    arn: `arn:aws:elasticloadbalancing:${group.stack.region}:${group.stack.account}:targetgroup/${group.logicalId}/0`,
    multiValueHeaders: multiValue?.['Value'] === 'true',
  };
  return { key: group.key, config, target: of };
}
