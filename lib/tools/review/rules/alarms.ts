import { parseAlarmRule } from '../../assembly';
import type { AssemblyResource } from '../../assembly';
import type { Rule } from '../model';
import { alarmsOf } from '../private/alarms';
import type { Alarm } from '../private/alarms';
import { globalDatabasesOf } from '../private/databases';
import { PUBLISHED } from '../private/metrics';
import { recordSetsOf } from '../private/routing';
import { replicaRegions } from '../private/replicas';
import type { View } from '../private/view';

const CLOUDWATCH = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring';
const ROUTE_53 =
  'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html';
const US_EAST_1 = 'us-east-1';

const alarms = (view: View): readonly Alarm[] => view.once(alarmsOf);
const watching = (view: View, ...names: readonly string[]): readonly Alarm[] =>
  alarms(view).filter(({ metrics }) => metrics.some(({ name }) => names.includes(name)));

export const healthMetricRegion: Rule = {
  id: 'health-alarm-region',
  severity: 'error',
  title: 'Alarms on health checks stand in us-east-1',
  reason: 'Route 53 publishes its metrics there only: elsewhere the alarm never has data.',
  source: ROUTE_53,
  remedy: 'Move the alarm into a stack of us-east-1.',
  covers: ['R5', 'D2'],
  *check(view) {
    for (const { resource, metrics } of alarms(view)) {
      if (!metrics.some(({ namespace }) => namespace === 'AWS/Route53')) continue;
      if (resource.stack.region !== US_EAST_1)
        yield { at: resource, message: `stands in ${resource.stack.region}` };
    }
  },
};

export const healthUnwatched: Rule = {
  id: 'health-check-unwatched',
  severity: 'warning',
  title: 'An alarm rings when a Region leaves DNS',
  reason:
    'A Region can be out of traffic for days, and the next failure then finds nothing to fail over to.',
  source: ROUTE_53,
  remedy: 'Add an alarm on HealthCheckStatus of the check that the record bears, in us-east-1.',
  covers: ['R5'],
  *check(view) {
    const seen = new Set<string>();
    for (const { metrics } of watching(view, 'HealthCheckStatus', 'HealthCheckPercentageHealthy')) {
      for (const { values } of metrics) {
        for (const it of view.refs(values['HealthCheckId'])) seen.add(it.key);
        // An id that no template determines may be of any check.
        if (view.refs(values['HealthCheckId']).length === 0) return;
      }
    }
    for (const { records } of view.once(recordSetsOf)) {
      for (const { healthCheck } of records) {
        if (healthCheck !== undefined && !seen.has(healthCheck.key))
          yield { at: healthCheck, message: 'steers and no alarm watches it' };
      }
    }
  },
};

export const unpublished: Rule = {
  id: 'alarm-on-nothing',
  severity: 'error',
  title:
    'Alarms look at metrics that AWS publishes, with the dimensions that it publishes them under',
  reason: 'An alarm on a metric or dimension that does not exist never has data and never rings.',
  source: `${CLOUDWATCH}/aws-services-cloudwatch-metrics.html`,
  remedy: 'Name metric and dimensions as the service publishes them.',
  covers: ['D2'],
  *check(view) {
    for (const { resource, metrics } of alarms(view)) {
      for (const { namespace, name, dimensions } of metrics) {
        const known = PUBLISHED[namespace];
        if (known === undefined) {
          if (/^AWS\//.test(namespace) && nearNamespace(namespace))
            yield { at: resource, message: `there is no namespace ${namespace}` };
          continue;
        }
        const metric = Object.hasOwn(known, name) ? known[name] : undefined;
        if (metric === undefined) {
          yield { at: resource, message: `${namespace} publishes no ${name} that this rule knows` };
          continue;
        }
        const fits = metric.dimensions.some((set) => [...set].sort().join() === dimensions.join());
        if (!fits)
          yield {
            at: resource,
            message: `${namespace} publishes ${name} under other dimensions than ${dimensions.join(', ') || 'none'}`,
          };
      }
    }
  },
};

/** Whether a namespace differs from a known one in case or a letter only: then it is a slip. */
function nearNamespace(namespace: string): boolean {
  return Object.keys(PUBLISHED).some((it) => it.toLowerCase() === namespace.toLowerCase());
}

export const dimensionValues: Rule = {
  id: 'alarm-on-other-region',
  severity: 'error',
  title: 'An alarm looks at resources of its own Region',
  reason: 'CloudWatch has the metrics of a resource in its own Region: the alarm never has data.',
  source: `${CLOUDWATCH}/cloudwatch_concepts.html`,
  remedy: "Name the Region's own resource, or move the alarm.",
  covers: ['D2'],
  *check(view) {
    for (const { resource, metrics } of alarms(view)) {
      for (const { namespace, values } of metrics) {
        if (['AWS/Route53', 'AWS/CloudFront', 'AWS/DynamoDB'].includes(namespace)) continue;
        for (const [dimension, value] of Object.entries(values)) {
          const [target] = view.refs(value);
          const named = target ?? bearer(view, dimension, view.textOf(value), resource);
          if (named !== undefined && named.stack.region !== resource.stack.region) {
            yield {
              at: resource,
              message: `${dimension} is ${named.key} of ${named.stack.region}`,
            };
          }
        }
      }
    }
  },
};

const BEARERS: Readonly<Record<string, readonly [type: string, property: string]>> = {
  DBClusterIdentifier: ['AWS::RDS::DBCluster', 'DBClusterIdentifier'],
};

/** Who bears a name: in the alarm's Region where one does. */
function bearer(
  view: View,
  dimension: string,
  name: string | undefined,
  alarm: AssemblyResource,
): AssemblyResource | undefined {
  const [type, property] = BEARERS[dimension] ?? [];
  if (type === undefined || property === undefined || name === undefined) return undefined;
  const all = view.all(type).filter((it) => view.text(it, property) === name);
  return all.find(({ stack }) => stack.region === alarm.stack.region) ?? all[0];
}

/** Metrics of a global database are published where they arrive, for the cluster that they come from. */
export const invertedAlarm: Rule = {
  id: 'alarm-inverted',
  severity: 'error',
  title: 'Alarms ring when it gets worse',
  reason: 'An alarm that rings while all is well is silenced, and is silent when it should ring.',
  source: `${CLOUDWATCH}/AlarmThatSendsEmail.html`,
  remedy: 'Turn the comparison.',
  covers: ['D4'],
  *check(view) {
    for (const { resource, metrics, operator } of alarms(view)) {
      const worse = new Set(
        metrics.map(({ namespace, name }) => PUBLISHED[namespace]?.[name]?.worse ?? 'either'),
      );
      worse.delete('either');
      if (worse.size !== 1) continue;
      const [direction] = worse;
      const looks = operator.startsWith('Less')
        ? 'low'
        : operator.startsWith('Greater')
          ? 'high'
          : direction;
      if (looks === direction) continue;
      const names = metrics.map(({ name }) => name).join(', ');
      yield {
        at: resource,
        message: `${names}: rings when it is ${String(looks)}, and ${String(direction)} is worse`,
      };
    }
    for (const composite of view.all('AWS::CloudWatch::CompositeAlarm')) {
      const rule =
        view.text(composite, 'AlarmRule') ?? JSON.stringify(view.at(composite, 'AlarmRule') ?? '');
      if (ringsWhenWell(rule))
        yield { at: composite, message: 'rings while every alarm below it is well' };
    }
  },
};

/** Alarms that a composite one looks at, by reference or by the name that they have in its Region. */
function partsOf(view: View, composite: AssemblyResource): readonly AssemblyResource[] {
  const referred = view.out(composite, 'AlarmRule');
  const rule = view.text(composite, 'AlarmRule');
  const named = [...(rule ?? '').matchAll(/\(\s*"([^"]+)"\s*\)/g)].map(([, name]) => name);
  const own = view
    .all('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm')
    .filter(({ stack }) => stack.region === composite.stack.region);
  return [...referred, ...own.filter((it) => named.includes(view.text(it, 'AlarmName')))];
}

/** Of a rule that the template does not determine, as far as its words tell. */
function ringsWhenWell(rule: string): boolean {
  try {
    return parseAlarmRule(rule).rings(() => 'OK');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return (
      /NOT\s+(\(\s*)?ALARM|^\s*OK\s*\(|FALSE\s*$/.test(rule) &&
      !/(?<!NOT\s)ALARM\s*\(/.test(rule.replace(/NOT\s+\(?\s*ALARM/g, ''))
    );
  }
}

export const silentAlarm: Rule = {
  id: 'alarm-without-action',
  severity: 'error',
  title: 'Every alarm does something, and what it calls exists in its Region',
  reason: 'Nobody looks at a dashboard at night.',
  source: `${CLOUDWATCH}/AlarmThatSendsEmail.html`,
  remedy: 'Set AlarmActions to a topic of the same Region, and ActionsEnabled.',
  covers: ['D5'],
  *check(view) {
    // Alarms below a composite one may leave the action to it, if it has one.
    const heard = view
      .all('AWS::CloudWatch::CompositeAlarm')
      .filter((it) => view.list(it, 'AlarmActions').length > 0 || view.unknown(it, 'AlarmActions'));
    const below = new Set(heard.flatMap((it) => partsOf(view, it).map(({ key }) => key)));
    for (const it of view.all('AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm')) {
      const actions = view.list(it, 'AlarmActions');
      if (actions.length === 0 && !view.unknown(it, 'AlarmActions') && !below.has(it.key))
        yield { at: it, message: 'has no action' };
      else if (view.flag(it, 'ActionsEnabled') === false)
        yield { at: it, message: 'has its actions switched off' };
      for (const action of actions.flatMap((value) => view.textOf(value) ?? [])) {
        const [, service, region] = /^arn:[\w-]+:(sns|lambda|ssm):([a-z0-9-]+):/.exec(action) ?? [];
        if (region !== undefined && region !== it.stack.region) {
          yield { at: it, message: `calls ${String(service)} of ${region}, which an alarm cannot` };
        }
      }
    }
  },
};

export const automaticFailover: Rule = {
  id: 'database-failover-automatic',
  severity: 'error',
  title: 'Nothing fails a global database over by itself',
  reason:
    'A lag or a broken link looks like a lost Region: an automatic failover then writes in two Regions and loses what one of them acknowledged.',
  source:
    'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html',
  remedy: 'Let the alarm tell a person, who starts the plan.',
  covers: ['D23', 'D13'],
  *check(view) {
    for (const rule of view.all('AWS::Events::Rule')) {
      const pattern = JSON.stringify(view.at(rule, 'EventPattern') ?? {});
      if (
        pattern.includes('CloudWatch Alarm State Change') &&
        !pattern.includes('"resources"') &&
        !pattern.includes('alarmName')
      ) {
        yield { at: rule, message: 'matches the change of any alarm', severity: 'error' };
      }
      for (const target of view.out(rule, 'Targets'))
        if (promotes(view, target))
          yield { at: rule, message: `starts ${target.key}, which fails over a database` };
    }
    for (const { resource } of alarms(view)) {
      for (const target of view
        .out(resource, 'AlarmActions')
        .flatMap((it) => [it, ...subscribers(view, it)])) {
        if (promotes(view, target))
          yield { at: resource, message: `starts ${target.key}, which fails over a database` };
      }
    }
  },
};

function subscribers(view: View, topic: AssemblyResource): readonly AssemblyResource[] {
  return view.into(topic, 'AWS::SNS::Subscription').flatMap((it) => view.out(it, 'Endpoint'));
}

function promotes(view: View, target: AssemblyResource): boolean {
  if (target.type !== 'AWS::Lambda::Function' && target.type !== 'AWS::StepFunctions::StateMachine')
    return false;
  const roles = ['Role', 'RoleArn'].flatMap((path) => view.out(target, path));
  const text = JSON.stringify([
    view.props(target),
    ...roles.flatMap((role) => [view.props(role), ...view.into(role).map((it) => view.props(it))]),
  ]);
  return /rds:(FailoverGlobalCluster|SwitchoverGlobalCluster|PromoteReadReplica|\*)|failoverGlobalCluster/i.test(
    text,
  );
}

export const rpoAlarm: Rule = {
  id: 'rpo-unwatched',
  severity: 'error',
  title: 'Every Region of a global database has an alarm on its recovery point lag, within the RPO',
  reason: 'Lag is what a failover loses. In-cluster replica lag does not show it.',
  source:
    'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-monitoring.html',
  remedy:
    'Add an alarm on AuroraGlobalDBRPOLag (milliseconds) with a threshold of the RPO at most.',
  covers: ['R20', 'D3'],
  *check(view) {
    const rpo = view.intent.objectives?.rpoSeconds;
    for (const { members } of view.once(globalDatabasesOf)) {
      for (const { cluster } of members) {
        const name = view.text(cluster, 'DBClusterIdentifier');
        const region = cluster.stack.region;
        const own = watching(view, 'AuroraGlobalDBRPOLag', 'GlobalDbProgressLag').filter(
          ({ resource, metrics }) =>
            resource.stack.region === region &&
            metrics.some(({ values }) => isOf(view, values['DBClusterIdentifier'], cluster, name)),
        );
        if (own.length === 0)
          yield { at: cluster, message: `no alarm in ${region} looks at its recovery point lag` };
        for (const { resource, threshold, metrics } of own) {
          if (rpo === undefined || threshold === undefined || threshold <= rpo * 1000) continue;
          const metric = String(metrics[0]?.name);
          yield {
            at: resource,
            message: `${metric}: rings at ${threshold} ms, the RPO is ${rpo * 1000} ms`,
          };
        }
      }
    }
  },
};

/** An alarm of a Region names the cluster of that Region, or those that it may receive from. */
function isOf(
  view: View,
  value: Parameters<View['refs']>[0],
  cluster: AssemblyResource,
  name: string | undefined,
): boolean {
  if (view.refs(value).includes(cluster)) return true;
  const text = view.textOf(value);
  return (
    text !== undefined &&
    (text === name ||
      view.all('AWS::RDS::DBCluster').some((it) => view.text(it, 'DBClusterIdentifier') === text))
  );
}

export const tableUnwatched: Rule = {
  id: 'table-replication-unwatched',
  severity: 'warning',
  title:
    'Every Region of an eventually consistent global table has an alarm on its replication latency',
  reason: 'What has not been replicated is what the loss of the Region loses.',
  source:
    'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
  remedy: 'Add an alarm on ReplicationLatency to each other Region of the table.',
  covers: ['R23'],
  *check(view) {
    for (const table of view.all('AWS::DynamoDB::GlobalTable')) {
      if (view.text(table, 'MultiRegionConsistency') === 'STRONG') continue;
      const regions = replicaRegions(view, table);
      const name = view.text(table, 'TableName');
      for (const region of regions.length > 1 ? regions : []) {
        const own = watching(view, 'ReplicationLatency').filter(
          ({ resource }) => resource.stack.region === region,
        );
        const to = own.flatMap(({ metrics }) =>
          metrics
            .filter(
              ({ values }) =>
                view.textOf(values['TableName']) === name ||
                view.refs(values['TableName']).includes(table),
            )
            .flatMap(({ values }) => view.textOf(values['ReceivingRegion']) ?? []),
        );
        const missing = regions.filter((it) => it !== region && !to.includes(it));
        if (missing.length > 0)
          yield {
            at: table,
            message: `no alarm in ${region} looks at its replication to ${missing.join(', ')}`,
          };
      }
    }
  },
};

export const ALARM_RULES: readonly Rule[] = [
  healthMetricRegion,
  healthUnwatched,
  unpublished,
  dimensionValues,
  invertedAlarm,
  silentAlarm,
  automaticFailover,
  rpoAlarm,
  tableUnwatched,
];
