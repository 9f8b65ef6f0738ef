import type { CfnPlan } from 'aws-cdk-lib/aws-arcregionswitch';
import type { GroupsStep, RecoveryStep, RecoveryWorkflow, ServicesStep } from '../steps';

type Block = readonly [type: string, configuration: CfnPlan.ExecutionBlockConfigurationProperty];

export function renderWorkflow(workflow: RecoveryWorkflow): CfnPlan.WorkflowProperty {
  const { action, region, description, steps } = workflow;
  return {
    workflowTargetAction: action,
    ...(region !== undefined && { workflowTargetRegion: region }),
    ...(description !== undefined && { workflowDescription: description }),
    steps: steps.map(renderStep),
  };
}

function renderStep(step: RecoveryStep): CfnPlan.StepProperty {
  const [executionBlockType, executionBlockConfiguration] = blockOf(step);
  const { name, description } = step;
  return {
    name,
    ...(description !== undefined && { description }),
    executionBlockType,
    executionBlockConfiguration,
  };
}

function blockOf(step: RecoveryStep): Block {
  switch (step.kind) {
    case 'approval': {
      const { roleArn: approvalRole, minutes: timeoutMinutes } = step;
      return ['ManualApproval', { executionApprovalConfig: { approvalRole, timeoutMinutes } }];
    }
    case 'parallel':
      return ['Parallel', { parallelConfig: { steps: step.steps.map(renderStep) } }];
    case 'child':
      return ['ARCRegionSwitchPlan', { regionSwitchPlanConfig: { arn: step.plan.arn } }];
    case 'raw':
      return [step.type, step.configuration];
    case 'auto-scaling-groups':
      return groups(step);
    case 'ecs-services':
      return services(step);
    default:
      return switchOf(step);
  }
}

function groups(step: GroupsStep): Block {
  const asgs = step.groups.map((arn) => ({ arn }));
  return ['EC2AutoScaling', { ec2AsgCapacityIncreaseConfig: { asgs, ...scaling(step) } }];
}

function services(step: ServicesStep): Block {
  const held = step.services.map((it) => ({ clusterArn: it.cluster, serviceArn: it.service }));
  return ['ECSServiceScaling', { ecsCapacityIncreaseConfig: { services: held, ...scaling(step) } }];
}

/** Sampled by the service itself: the other way needs metrics that cost. */
function scaling({ percent = 100, ungracefulPercent, minutes }: GroupsStep | ServicesStep) {
  return {
    capacityMonitoringApproach: 'sampledMaxInLast24Hours',
    targetPercent: percent,
    timeoutMinutes: minutes,
    ...(ungracefulPercent !== undefined && {
      ungraceful: { minimumSuccessPercentage: ungracefulPercent },
    }),
  };
}

function switchOf(
  step: Extract<RecoveryStep, { kind: 'aurora' | 'health-checks' | 'functions' }>,
): Block {
  const timeoutMinutes = step.minutes;
  switch (step.kind) {
    case 'aurora': {
      const { graceful = 'switchover', ungraceful = 'failover', ...rest } = step;
      const globalAuroraConfig = {
        globalClusterIdentifier: rest.globalCluster,
        databaseClusterArns: [...rest.clusters],
        behavior: graceful === 'switchover' ? 'switchoverOnly' : 'failover',
        timeoutMinutes,
        ...(ungraceful !== false && { ungraceful: { ungraceful } }),
      };
      return ['AuroraGlobalDatabase', { globalAuroraConfig }];
    }
    case 'health-checks': {
      const records = Object.entries(step.records ?? {}).map(([region, recordSetIdentifier]) => ({
        ...{ region, recordSetIdentifier },
      }));
      const { hostedZoneId, recordName } = step;
      const recordSets = records.length === 0 ? {} : { recordSets: records };
      const route53HealthCheckConfig = { hostedZoneId, recordName, timeoutMinutes, ...recordSets };
      return ['Route53HealthCheck', { route53HealthCheckConfig }];
    }
    case 'functions': {
      const customActionLambdaConfig = {
        lambdas: step.functions.map((arn) => ({ arn })),
        regionToRun: step.runsIn === 'deactivating' ? 'deactivatingRegion' : 'activatingRegion',
        retryIntervalMinutes: step.retryMinutes ?? 1,
        timeoutMinutes,
        // The only behaviour that there is: AWS does not call it then.
        ungraceful: { behavior: 'skip' },
      };
      return ['CustomActionLambda', { customActionLambdaConfig }];
    }
  }
}
