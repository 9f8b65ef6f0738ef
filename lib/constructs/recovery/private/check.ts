import { Token } from 'aws-cdk-lib';
import { MOST_PLAN_NAME } from '../../../config';
import type { RegionSwitchPlanProps } from '../region-switch-plan';
import type { RecoveryStep, RecoveryWorkflow } from '../steps';

const PLAN_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/;

/** Minutes after which a workflow has ended at the latest: the longest way through its steps. */
export function minutesOf(steps: readonly RecoveryStep[]): number {
  return steps.reduce((sum, step) => sum + stepMinutes(step), 0);
}

function stepMinutes(step: RecoveryStep): number {
  switch (step.kind) {
    case 'parallel':
      return Math.max(0, ...step.steps.map(stepMinutes));
    case 'child':
      return Math.max(0, ...step.plan.workflows.map(({ steps }) => minutesOf(steps)));
    default:
      return step.minutes;
  }
}

/** Everything that is wrong with a plan, as `path: what; what is allowed`. */
export function faultsOf(props: RegionSwitchPlanProps): readonly string[] {
  return [
    ...planFaults(props),
    ...props.workflows.flatMap((it, at) => [...workflowFaults(it, at, props)]),
  ];
}

function* planFaults(props: RegionSwitchPlanProps): Generator<string> {
  const { planName, regions, approach, primary, workflows } = props;
  if (!PLAN_NAME.test(planName))
    yield `planName: "${planName}"; at most ${MOST_PLAN_NAME} letters, digits and inner hyphens`;
  const [one, other] = regions;
  if (regions.length !== 2 || one === other)
    yield `regions: ${regions.join(', ')}; exactly two different ones`;
  if (approach === 'active-passive' && (primary === undefined || !regions.includes(primary)))
    yield `primary: ${String(primary)}; one of \`regions\`, which an active-passive plan has`;
  const has = (action: string, region: string): boolean =>
    workflows.some((it) => it.action === action && (it.region ?? region) === region);
  const wanted = approach === 'active-active' ? ['activate', 'deactivate'] : ['activate'];
  for (const action of wanted)
    for (const region of regions)
      if (!has(action, region))
        yield `workflows: none would ${action} ${region}; one for each Region`;
}

function* workflowFaults(
  workflow: RecoveryWorkflow,
  index: number,
  props: RegionSwitchPlanProps,
): Generator<string> {
  const path = `workflows.${index}`;
  const { region, steps, mustRunUngracefully = true } = workflow;
  if (region !== undefined && !props.regions.includes(region))
    yield `${path}.region: ${region}; ${props.regions.join(' or ')}`;
  const names = new Set<string>();
  for (const [step, at] of walk(steps, `${path}.steps`)) {
    if (names.has(step.name)) yield `${at}.name: "${step.name}"; a name used once in a workflow`;
    names.add(step.name);
    yield* stepFaults(step, at, props);
    if (mustRunUngracefully && !runsUngracefully(step))
      yield `${at}: does nothing where the plan runs ungracefully; a step that does, or \`mustRunUngracefully: false\``;
  }
  const seconds = minutesOf(steps) * 60;
  if (props.objectiveSeconds !== undefined && seconds > props.objectiveSeconds)
    yield `${path}.steps: may take ${seconds} s; at most the objective, ${props.objectiveSeconds} s`;
}

function* walk(steps: readonly RecoveryStep[], path: string): Iterable<[RecoveryStep, string]> {
  for (const [index, step] of steps.entries()) {
    yield [step, `${path}.${index}`];
    if (step.kind === 'parallel') yield* walk(step.steps, `${path}.${index}.steps`);
  }
}

function runsUngracefully(step: RecoveryStep): boolean {
  switch (step.kind) {
    case 'functions':
      return false;
    case 'aurora':
      return step.ungraceful !== false || step.graceful === 'failover';
    case 'raw':
      return step.runsUngracefully;
    default:
      return true;
  }
}

function* stepFaults(
  step: RecoveryStep,
  at: string,
  { regions, approach }: RegionSwitchPlanProps,
): Generator<string> {
  if ('minutes' in step && !(Number.isSafeInteger(step.minutes) && step.minutes >= 1))
    yield `${at}.minutes: ${step.minutes}; a whole number from 1 on`;
  if (step.kind === 'aurora') yield* onePerRegion(`${at}.clusters`, step.clusters, regions);
  if (step.kind === 'auto-scaling-groups')
    yield* onePerRegion(`${at}.groups`, step.groups, regions);
  if (step.kind === 'functions') yield* onePerRegion(`${at}.functions`, step.functions, regions);
  if (step.kind === 'ecs-services') {
    const services = step.services.map(({ service }) => service);
    yield* onePerRegion(`${at}.services`, services, regions);
  }
  if (step.kind === 'child') {
    const { plan } = step;
    if (!regions.every((it) => plan.regions.includes(it)))
      yield `${at}.plan: of ${plan.regions.join(', ')}; of the same Regions, ${regions.join(', ')}`;
    if (plan.approach !== approach) yield `${at}.plan: ${plan.approach}; ${approach} as its parent`;
    if (plan.hasChildren) yield `${at}.plan: has children; plans are nested once`;
  }
}

/** An ARN that is known only later cannot be held against a Region. */
function* onePerRegion(
  at: string,
  arns: readonly string[],
  regions: readonly string[],
): Generator<string> {
  if (arns.length !== regions.length) {
    yield `${at}: ${arns.length}; one in each Region, ${regions.length}`;
    return;
  }
  if (arns.some((arn) => Token.isUnresolved(arn))) return;
  for (const region of regions)
    if (!arns.some((arn) => arn.split(':')[3] === region))
      yield `${at}: none in ${region}; one in each Region`;
}
