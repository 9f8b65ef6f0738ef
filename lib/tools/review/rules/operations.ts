import { statSync } from 'node:fs';
import type { AssemblyStack } from '../../assembly';
import type { Rule } from '../model';
import { clocksOf, failoverClock } from '../private/clocks';
import { differencesOf } from '../private/parity';
import { quotasOf, RULES_PER_GROUP, rulesOf } from '../private/quotas';

const CLOUDFORMATION = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide';

export const recoveryTime: Rule = {
  id: 'recovery-slower-than-objective',
  severity: 'error',
  title: 'Detection, TTL and promotion together keep the recovery time objective',
  reason: 'The clocks add up: whoever promises five minutes must not need six.',
  source:
    'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html',
  remedy: 'Shorten RequestInterval, FailureThreshold or TTL, or declare a longer objective.',
  covers: ['R9', 'D29'],
  *check(view) {
    const rto = view.intent.objectives?.rtoSeconds;
    if (rto === undefined) return;
    for (const { record, check, detectSeconds, ttlSeconds } of view.once(clocksOf)) {
      const { decideSeconds, leaseSeconds, promoteSeconds } = failoverClock(view, record.region);
      const moved = promoteSeconds > 0 ? decideSeconds + leaseSeconds + promoteSeconds : 0;
      const total = detectSeconds + Math.max(ttlSeconds, moved);
      if (total <= rto) continue;
      const sum =
        `${detectSeconds} s to detect + the longer of ${ttlSeconds} s TTL and ` +
        `${moved} s to decide, let the lease end and promote`;
      yield {
        at: check ?? record.resource,
        message: `${record.name}: ${sum} = ${total} s, the objective is ${rto} s`,
      };
    }
  },
};

export const parity: Rule = {
  id: 'regions-differ',
  severity: 'error',
  title: 'Serving Regions hold the same resources, after their own names are made equal',
  reason: 'The Region that lacks something is found on the day that it has to carry the others.',
  source:
    'https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_planning_for_recovery_config_drift.html',
  remedy:
    'Declare what is in one Region in all of them, or declare the difference with its reason.',
  covers: ['R28', 'R21', 'R24'],
  *check(view) {
    yield* view.once(differencesOf);
  },
};

const serves = (stack: AssemblyStack): boolean =>
  [...stack.resources.values()].some(({ type }) =>
    /LoadBalancer$|ECS::Service$|AutoScalingGroup$|ApiGateway(V2)?::\w*Api$/.test(type),
  );

export const waves: Rule = {
  id: 'region-waits-for-region',
  severity: 'error',
  title: 'What serves in one Region is deployed without waiting for what serves in another',
  reason:
    'Regions are deployed one at a time; one that waits for another cannot be repaired while that is down.',
  source:
    'https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html',
  remedy: 'Remove the stack dependency, and order Regions in the deployment instead.',
  covers: ['R29', 'D28'],
  *check(view) {
    for (const stack of view.assembly.stacks.values()) {
      if (!serves(stack)) continue;
      for (const id of stack.dependencies) {
        const other = view.assembly.stacks.get(id);
        if (other === undefined || other.region === stack.region || !serves(other)) continue;
        yield { at: stack, message: `waits for ${other.id} of ${other.region}` };
      }
    }
  },
};

const MOST_RESOURCES = 450;
const MOST_BYTES = 900_000;

export const size: Rule = {
  id: 'template-too-large',
  severity: 'warning',
  title: `Templates stay below ${MOST_RESOURCES} resources and ${MOST_BYTES / 1000} kB`,
  reason:
    'CloudFormation refuses more than 500 resources or 1 MB, and a template that cannot grow cannot be repaired.',
  source: `${CLOUDFORMATION}/cloudformation-limits.html`,
  remedy: 'Split the stack by layer, Region or shard.',
  covers: ['R37'],
  *check(view) {
    for (const stack of view.assembly.stacks.values()) {
      const bytes = statSync(stack.templateFile, { throwIfNoEntry: false })?.size ?? 0;
      if (stack.resources.size >= MOST_RESOURCES)
        yield { at: stack, message: `has ${stack.resources.size} resources` };
      if (bytes >= MOST_BYTES) yield { at: stack, message: `has ${Math.round(bytes / 1000)} kB` };
    }
  },
};

export const quotas: Rule = {
  id: 'quota-exceeded',
  severity: 'warning',
  title: 'What every Region needs fits its default quotas, the standby included',
  reason: 'A raise takes days: the Region that is to take over must have it before.',
  source: 'https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html',
  remedy: 'Request the raise in every Region that needs it, those that stand by included.',
  covers: ['R31'],
  *check(view) {
    for (const { what, region, count, quota, at } of view.once(quotasOf)) {
      if (count > quota)
        yield { at, message: `${region} needs ${count} ${what}, the default quota is ${quota}` };
    }
    for (const group of view.all('AWS::EC2::SecurityGroup')) {
      const count = rulesOf(view, group);
      if (count > RULES_PER_GROUP) {
        yield {
          at: group,
          message: `has ${count} inbound rules by weight, the default quota is ${RULES_PER_GROUP}`,
        };
      }
    }
  },
};

export const OPERATION_RULES: readonly Rule[] = [recoveryTime, parity, waves, quotas, size];
