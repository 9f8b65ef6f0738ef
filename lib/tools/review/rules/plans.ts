import type { AssemblyResource, Json } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';
import type { Breach, Rule } from '../model';
import { numberOf, within } from '../private/view';
import type { View } from '../private/view';
import { databasesOf } from '../private/databases';

const PLAN = 'AWS::ARCRegionSwitch::Plan';
const REGION_SWITCH = 'https://docs.aws.amazon.com/r53recovery/latest/dg/region-switch-plans.html';

export const planComplete: Rule = {
  id: 'plan-incomplete',
  severity: 'error',
  title:
    'A Region switch plan can activate each of its Regions: data before traffic, ungraceful too, with alarms',
  reason: 'A plan is run in the worst hour; what it lacks then nobody adds.',
  source: REGION_SWITCH,
  remedy:
    'Add a workflow per Region, the database block before the routing block with an ungraceful behaviour, alarms, a report.',
  covers: ['R32', 'D29'],
  *check(view) {
    for (const plan of view.all(PLAN)) yield* planBreaches(view, plan);
  },
};

const text = (value: unknown): string => JSON.stringify(value);

function* planBreaches(view: View, plan: AssemblyResource): Iterable<Breach> {
  const regions = view.list(plan, 'Regions').flatMap((it) => view.textOf(it) ?? []);
  const workflows = view.list(plan, 'Workflows');
  for (const region of regions) {
    const own = workflows.filter(
      (it) => text(it).includes(`"${region}"`) || !text(it).includes('WorkflowTargetRegion'),
    );
    if (own.length === 0) yield { at: plan, message: `has no workflow for ${region}` };
  }
  for (const workflow of workflows) yield* workflowBreaches(view, plan, workflow);
  if (!view.has(plan, 'AssociatedAlarms'))
    yield { at: plan, message: 'no alarm says when a Region has recovered' };
  if (!view.has(plan, 'ExecutionRole')) yield { at: plan, message: 'has no role' };
}

function* workflowBreaches(view: View, plan: AssemblyResource, workflow: Json): Iterable<Breach> {
  const steps = text(workflow);
  const [data, traffic] = [
    steps.search(/GlobalAurora|AuroraGlobal/),
    steps.search(/Route53HealthCheck|ArcRoutingControl/),
  ];
  if (data >= 0 && traffic >= 0 && traffic < data)
    yield { at: plan, message: 'moves traffic before data' };
  if (data >= 0 && !/[uU]ngraceful/.test(steps))
    yield { at: plan, message: 'cannot fail the database over when its Region is lost' };
  const seconds = 60 * minutesOf(view, within(workflow, 'Steps'));
  const rto = view.intent.objectives?.rtoSeconds;
  if (rto !== undefined && seconds > rto)
    yield { at: plan, message: `its steps may take ${seconds} s, the objective is ${rto} s` };
}

/** The longest way through steps, those of plans that they start included. */
function minutesOf(view: View, steps: Json | undefined, depth = 0): number {
  if (!isJsonList(steps) || depth > DEEPEST) return 0;
  return steps.reduce<number>((sum, step) => sum + stepMinutes(view, step, depth), 0);
}

/** Plans are nested once, and parallel steps in each of them. */
const DEEPEST = 4;

function stepMinutes(view: View, step: Json, depth: number): number {
  const configuration = within(step, 'ExecutionBlockConfiguration');
  const parallel = within(configuration, 'ParallelConfig.Steps');
  if (isJsonList(parallel))
    return Math.max(0, ...parallel.map((it) => stepMinutes(view, it, depth + 1)));
  const child = within(configuration, 'RegionSwitchPlanConfig.Arn');
  if (child !== undefined) {
    const workflows = view.refs(child).flatMap((plan) => view.list(plan, 'Workflows'));
    const minutes = workflows.map((it) => minutesOf(view, within(it, 'Steps'), depth + 1));
    return Math.max(0, ...minutes);
  }
  const [block] = isJsonObject(configuration) ? Object.values(configuration) : [];
  return numberOf(within(block ?? null, 'TimeoutMinutes')) ?? 0;
}

/** What ARNs in a plan name: the type in the templates, and the property that holds its name. */
const NAMED: readonly (readonly [arn: RegExp, types: readonly string[], property: string])[] = [
  [/^arn:[^:]+:rds:([^:]+):\d+:cluster:(.+)$/, ['AWS::RDS::DBCluster'], 'DBClusterIdentifier'],
  [
    /^arn:[^:]+:cloudwatch:([^:]+):\d+:alarm:(.+)$/,
    ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'],
    'AlarmName',
  ],
  [/^arn:[^:]+:ecs:([^:]+):\d+:service\/[^/]+\/(.+)$/, ['AWS::ECS::Service'], 'ServiceName'],
  [/^arn:[^:]+:ecs:([^:]+):\d+:cluster\/(.+)$/, ['AWS::ECS::Cluster'], 'ClusterName'],
  [/^arn:[^:]+:lambda:([^:]+):\d+:function:([^:]+)/, ['AWS::Lambda::Function'], 'FunctionName'],
  [
    /^arn:[^:]+:autoscaling:([^:]+):.*autoScalingGroupName\/(.+)$/,
    ['AWS::AutoScaling::AutoScalingGroup'],
    'AutoScalingGroupName',
  ],
];

export const planTargets: Rule = {
  id: 'plan-names-nothing',
  severity: 'error',
  title:
    'Databases, compute, alarms and the bucket of reports that a Region switch plan names exist, databases with instances',
  reason: 'A step on something that does not exist fails, and the steps behind it are not reached.',
  source: 'https://docs.aws.amazon.com/r53recovery/latest/dg/working-with-rs-plan-evaluation.html',
  remedy: 'Compute the name where the resource and the plan both take it from.',
  covers: ['R32'],
  *check(view) {
    for (const plan of view.all(PLAN)) {
      const parts = ['Workflows', 'AssociatedAlarms', 'ReportConfiguration'].map((it) =>
        view.at(plan, it),
      );
      for (const [key, value] of parts.flatMap((it) => [...leaves(view, it)])) {
        const missing = (NAMES[key] ?? noArn)(view, value);
        if (missing !== undefined) yield { at: plan, message: missing };
      }
    }
  },
};

/** Properties whose values are names, not ARNs. */
const NAMES: Readonly<Record<string, (view: View, value: string) => string | undefined>> = {
  GlobalClusterIdentifier: noGlobal,
  BucketPath: noBucket,
};

function noBucket(view: View, path: string): string | undefined {
  const [name = ''] = path.replace(/^s3:\/\//, '').split('/');
  const names = view.all('AWS::S3::Bucket').map((it) => view.text(it, 'BucketName'));
  return names.includes(name) || names.includes(undefined)
    ? undefined
    : `there is no bucket ${name} for its reports`;
}

function noGlobal(view: View, name: string): string | undefined {
  const names = view
    .all('AWS::RDS::GlobalCluster', 'AWS::Neptune::GlobalCluster', 'AWS::DocDB::GlobalCluster')
    .map((it) => view.text(it, 'GlobalClusterIdentifier'));
  // Where a name is generated nobody can say that it is not this one.
  return names.includes(name) || names.includes(undefined)
    ? undefined
    : `there is no global cluster ${name}`;
}

function noArn(view: View, arn: string): string | undefined {
  const bare = bareCluster(view, arn);
  if (bare !== undefined) return bare;
  for (const [pattern, types, property] of NAMED) {
    const [, region, name] = pattern.exec(arn) ?? [];
    if (region === undefined || name === undefined) continue;
    const there = view.all(...types).filter(({ stack }) => stack.region === region);
    const names = there.map((it) => view.text(it, property));
    if (names.includes(name) || names.includes(undefined)) continue;
    return `${region} has no ${types[0]?.split('::').at(-1) ?? ''} ${name}`;
  }
  return undefined;
}

/** A cluster that a plan would promote, and which has nothing that could take writes. */
function bareCluster(view: View, arn: string): string | undefined {
  const [, region, name] = /^arn:[^:]+:rds:([^:]+):\d+:cluster:(.+)$/.exec(arn) ?? [];
  const named = view
    .once(databasesOf)
    .find(
      ({ cluster, instances, globalName }) =>
        cluster.stack.region === region &&
        view.text(cluster, 'DBClusterIdentifier') === name &&
        globalName !== undefined &&
        instances.length === 0,
    );
  if (named === undefined) return undefined;
  return `${region ?? ''} has cluster ${name ?? ''} without an instance: nothing of it can be promoted in the plan's time`;
}

/** Texts that templates determine, each with the property that holds it. */
function* leaves(view: View, value: Json | undefined, key = ''): Iterable<[string, string]> {
  if (isJsonList(value)) for (const item of value) yield* leaves(view, item, key);
  else if (isJsonObject(value))
    for (const [name, item] of Object.entries(value)) yield* leaves(view, item, name);
  else {
    const found = typeof value === 'string' ? view.textOf(value) : undefined;
    if (found !== undefined) yield [key, found];
  }
}

export const PLAN_RULES: readonly Rule[] = [planComplete, planTargets];
