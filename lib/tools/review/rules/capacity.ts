import type { AssemblyResource } from '../../assembly';
import type { Breach, Rule } from '../model';
import { connections } from './connections';
import { capacitiesOf } from '../private/capacity';
import { standOf, subnetCount } from '../private/zones';
import { within } from '../private/view';
import type { View } from '../private/view';

const STABILITY =
  'https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html';
const ECS = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide';
const SPREAD = [
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::ECS::Service',
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::Lambda::Function',
  'AWS::RDS::DBSubnetGroup',
  'AWS::ElastiCache::ServerlessCache',
  'AWS::ElastiCache::SubnetGroup',
];

export const zones: Rule = {
  id: 'one-zone',
  severity: 'error',
  title: 'What serves stands in two zones at least',
  reason: 'A Region loses a zone far more often than the world loses a Region.',
  source: STABILITY,
  remedy: 'List subnets of three zones (two at least).',
  covers: ['R11'],
  *check(view) {
    for (const resource of view.all(...SPREAD)) {
      const count = subnetCount(view, resource);
      if (count === undefined) continue;
      const { known, zones: named } = standOf(view, resource);
      if (count < 2) yield { at: resource, message: 'stands in one subnet' };
      else if (known === count && named.length === 1) {
        yield { at: resource, message: `stands in ${String(named[0])} alone` };
      }
    }
    yield* unevenZones(view);
  },
};

/** What stands in fewer zones than its network has, which a lost zone leaves with less. */
function* unevenZones(view: View): Iterable<Breach> {
  for (const resource of view.all(...SPREAD)) {
    const { known, zones: own, all } = standOf(view, resource);
    if (known < 2) continue;
    const missing = all.filter((zone) => !own.includes(zone));
    if (missing.length === 0) continue;
    const message = `stands in ${known} of the ${all.length} zones of its network, not in ${missing.join(', ')}`;
    yield { at: resource, message, severity: 'warning' };
  }
}

export const fewServers: Rule = {
  id: 'fewer-servers-than-zones',
  severity: 'error',
  title: 'The fewest servers are one in each zone, and the floor is not the desired count',
  reason:
    'With fewer servers than zones, some zone has none; a desired count resets what scaling has set.',
  source: STABILITY,
  remedy: 'Raise the minimum, and set the floor with a scalable target.',
  covers: ['R11'],
  *check(view) {
    for (const { resource, min, at, zones: count } of capacitiesOf(view)) {
      if (min !== undefined && min < Math.max(count, 2)) {
        yield {
          at,
          message: `at least ${min} of ${resource.key} run, in ${Math.max(count, 2)} zones`,
        };
      }
    }
    for (const service of view.all('AWS::ECS::Service')) {
      const scaled = capacitiesOf(view).some((it) => it.resource === service && it.at !== service);
      if (scaled && view.has(service, 'DesiredCount')) {
        yield {
          at: service,
          message: 'has a desired count beside a scalable target',
          severity: 'warning',
        };
      }
    }
  },
};

export const regionLoss: Rule = {
  id: 'capacity-after-region-loss',
  severity: 'error',
  title:
    'Without one Region, and without one zone in each of the others, the fewest servers carry the peak',
  reason:
    'When a Region fails everybody asks for capacity at once: what does not already run may not be had.',
  source: STABILITY,
  remedy: 'Raise the minimum in every Region, or lower the declared peak.',
  covers: ['R10', 'R11', 'D20'],
  *check(view) {
    const peak = view.intent.peakRequestsPerSecond;
    const all = capacitiesOf(view).filter(
      ({ requestsPerSecond }) => requestsPerSecond !== undefined,
    );
    if (peak === undefined) return;
    const regions = [...new Set(all.map(({ resource }) => resource.stack.region))];
    const share = peak / Math.max(regions.length - 1, 1);
    for (const { at, min, zones: count, requestsPerSecond, weight, resource } of all) {
      if (min === undefined || requestsPerSecond === undefined) continue;
      const left = min - Math.ceil(min / Math.max(count, 1));
      const carries = left * requestsPerSecond;
      const needed = share * weight;
      if (carries >= needed * 0.999) continue;
      const figures = `${left} of ${min} carry ${round(carries)} of ${round(needed)} requests/s`;
      yield { at, message: `${resource.key}: without another Region and a zone, ${figures}` };
    }
  },
};

const round = (value: number): number => Math.round(value);

export const deployment: Rule = {
  id: 'ecs-deployment-unsafe',
  severity: 'warning',
  title: 'ECS keeps every task while it deploys, rolls back what fails and evens out zones',
  reason: 'A deployment below 100 % takes capacity that was computed for the loss of a zone.',
  source: `${ECS}/service_definition_parameters.html`,
  remedy:
    'Set MinimumHealthyPercent 100, the circuit breaker (alarms, where it is not rolling) with rollback, AvailabilityZoneRebalancing ENABLED and a grace period.',
  covers: ['R12'],
  *check(view) {
    for (const it of view.all('AWS::ECS::Service')) {
      const healthy = view.number(it, 'DeploymentConfiguration.MinimumHealthyPercent') ?? 100;
      if (healthy < 100)
        yield { at: it, message: `keeps only ${healthy} % of its tasks while it deploys` };
      // The circuit breaker is of rolling deployments alone; alarms take the others back.
      const rolling =
        (view.text(it, 'DeploymentConfiguration.Strategy') ?? 'ROLLING') === 'ROLLING';
      const guard = `DeploymentConfiguration.${rolling ? 'DeploymentCircuitBreaker' : 'Alarms'}`;
      if (view.flag(it, `${guard}.Enable`) !== true) {
        const lacks = rolling ? 'deployment circuit breaker' : 'alarm that ends its deployment';
        yield { at: it, message: `has no ${lacks}` };
      } else if (view.flag(it, `${guard}.Rollback`) !== true) {
        yield { at: it, message: 'stops at a failed deployment and does not roll back' };
      }
      if (view.text(it, 'AvailabilityZoneRebalancing') !== 'ENABLED') {
        yield { at: it, message: 'stays uneven after a zone came back: no rebalancing of zones' };
      }
      if (
        view.list(it, 'LoadBalancers').length > 0 &&
        !view.has(it, 'HealthCheckGracePeriodSeconds')
      ) {
        yield { at: it, message: 'has no health check grace period behind its load balancer' };
      }
    }
  },
};

export const groupHealth: Rule = {
  id: 'asg-health-unseen',
  severity: 'warning',
  title: 'An Auto Scaling group behind a load balancer replaces what that finds unhealthy',
  reason: 'By default only a failed machine is replaced, not a failed server on it.',
  source:
    'https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html',
  remedy: 'Set HealthCheckType: ELB and a HealthCheckGracePeriod.',
  covers: ['R12'],
  *check(view) {
    for (const it of view.all('AWS::AutoScaling::AutoScalingGroup')) {
      if (!view.has(it, 'TargetGroupARNs') && !view.has(it, 'LoadBalancerNames')) continue;
      if (!(view.text(it, 'HealthCheckType') ?? '').includes('ELB')) {
        yield { at: it, message: 'does not listen to its load balancer' };
      }
      if (!view.has(it, 'HealthCheckGracePeriod'))
        yield { at: it, message: 'gives servers no time to start' };
    }
  },
};

export const spotOnly: Rule = {
  id: 'spot-only',
  severity: 'error',
  title: 'The floor that survives a failure does not run on Spot capacity',
  reason: 'Spot capacity is taken back exactly when everybody wants capacity.',
  source: 'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-best-practices.html',
  remedy:
    'Keep the fewest servers on demand (OnDemandBaseCapacity, or a FARGATE base) and burst on Spot.',
  covers: ['D19'],
  *check(view) {
    for (const it of view.all('AWS::ECS::Service')) {
      const strategy = view.list(it, 'CapacityProviderStrategy');
      const spot = strategy.filter((part) =>
        String(view.textOf(within(part, 'CapacityProvider'))).includes('SPOT'),
      );
      if (strategy.length > 0 && spot.length === strategy.length)
        yield { at: it, message: 'runs on Spot alone' };
    }
    for (const it of view.all('AWS::AutoScaling::AutoScalingGroup')) {
      const policy = 'MixedInstancesPolicy.InstancesDistribution';
      const min = view.number(it, 'MinSize') ?? 0;
      if (!view.has(it, policy)) continue;
      const base = view.number(it, `${policy}.OnDemandBaseCapacity`) ?? 0;
      const above = view.number(it, `${policy}.OnDemandPercentageAboveBaseCapacity`) ?? 100;
      if (base + ((min - base) * above) / 100 < min) {
        yield { at: it, message: `${base} of the fewest ${min} are on demand` };
      }
    }
  },
};

/** Fewer concurrent runs than this leave no room for what a lost Region brings. */
const FEW_RUNS = 50;

export const concurrency: Rule = {
  id: 'concurrency-capped',
  severity: 'error',
  title:
    'Functions that serve have room for what a lost Region brings, and servers for more than their floor',
  reason: 'A cap that fits the quiet day refuses requests on the day of the failover.',
  source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html',
  remedy:
    'Remove ReservedConcurrentExecutions, or size it by the peak of two Regions; raise the maximum.',
  covers: ['D20'],
  *check(view) {
    for (const it of servingFunctions(view)) {
      const reserved = view.number(it, 'ReservedConcurrentExecutions');
      if (reserved !== undefined && reserved < FEW_RUNS) {
        yield { at: it, message: `may run ${reserved} times at once` };
      }
    }
    for (const { at, min, max, resource } of capacitiesOf(view)) {
      if (min !== undefined && max !== undefined && max <= min) {
        yield { at, message: `${resource.key} has no room above its fewest ${min}` };
      }
    }
  },
};

/** Functions that answer requests: behind a load balancer, an API or a URL of their own. */
export function servingFunctions(view: View): readonly AssemblyResource[] {
  const callers = /TargetGroup$|ApiGateway|Lambda::Url|AppSync/;
  return view
    .all('AWS::Lambda::Function')
    .filter((it) => view.into(it).some(({ type }) => callers.test(type)));
}

export const CAPACITY_RULES: readonly Rule[] = [
  zones,
  fewServers,
  regionLoss,
  deployment,
  groupHealth,
  spotOnly,
  concurrency,
  connections,
];
