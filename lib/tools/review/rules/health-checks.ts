import type { AssemblyResource } from '../../assembly';
import type { Breach, Rule } from '../model';
import {
  checkTree,
  checkType,
  endpointOf,
  recordSetsOf,
  servingRegions,
  steeringChecks,
} from '../private/routing';
import type { DnsRecord } from '../private/routing';
import { regionsIn } from '../private/regions-in';
import type { View } from '../private/view';

const ROUTE_53 = 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide';
const CHECK = 'AWS::Route53::HealthCheck';
const ASKS = new Set(['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP']);

const steering = (view: View): readonly (readonly [AssemblyResource, readonly DnsRecord[]])[] => [
  ...view.once(steeringChecks),
];
/** Checks that ask an endpoint, with the records that they steer. */
const asking = (view: View) => steering(view).filter(([check]) => ASKS.has(checkType(view, check)));
const inverted = (view: View, check: AssemblyResource): boolean =>
  view.flag(check, 'HealthCheckConfig.Inverted') === true;

export const slowDetection: Rule = {
  id: 'health-check-slow',
  severity: 'warning',
  title: 'Health checks that steer ask every 10 seconds and give up after 3 answers at most',
  reason:
    'Detection takes interval × threshold: 30 s × 3 is a minute and a half before DNS even starts to move.',
  source: `${ROUTE_53}/health-checks-creating-values.html`,
  remedy: 'Set RequestInterval: 10 and FailureThreshold: 3 or less.',
  covers: ['R2'],
  *check(view) {
    for (const [check] of asking(view)) {
      const interval = view.number(check, 'HealthCheckConfig.RequestInterval') ?? 30;
      const threshold = view.number(check, 'HealthCheckConfig.FailureThreshold') ?? 3;
      if (interval <= 10 && threshold <= 3) continue;
      yield {
        at: check,
        message: `finds a failure after ${interval} s × ${threshold} = ${interval * threshold} s`,
      };
    }
  },
};

export const loop: Rule = {
  id: 'health-check-loop',
  severity: 'error',
  title: "A health check asks its Region's own name, never the name that it steers",
  reason:
    'While any Region answers for the global name, a check of that name finds every Region healthy.',
  source: `${ROUTE_53}/dns-failover-complex-configs.html`,
  remedy: "Ask a name that only this Region's load balancer answers for.",
  covers: ['R3'],
  *check(view) {
    const steered = new Set(
      view.once(recordSetsOf).flatMap((set) => (set.steered ? [set.name] : [])),
    );
    for (const [check] of asking(view)) {
      const { host } = endpointOf(view, check);
      if (steered.has(host))
        yield { at: check, message: `asks ${host}, which Route 53 itself steers` };
    }
  },
};

export const ownRegion: Rule = {
  id: 'health-check-other-region',
  severity: 'error',
  title: "A record's health check asks the Region that the record points to",
  reason:
    'A Region would leave and enter DNS with the health of another one: two Regions fall where one failed.',
  source:
    'https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html',
  remedy:
    "Let the check ask the endpoint of the record's own Region; a switch held elsewhere is inverted.",
  covers: ['R3', 'R4'],
  *check(view) {
    for (const [check, records] of asking(view)) {
      const { region, host } = endpointOf(view, check);
      if (region === undefined || inverted(view, check)) continue;
      const wrong = records.find(
        (record) => record.region !== undefined && record.region !== region,
      );
      if (wrong === undefined) continue;
      const message = `asks ${host} in ${region} and steers ${wrong.name} to ${String(wrong.region)}`;
      yield { at: check, message };
    }
  },
};

export const switchElsewhere: Rule = {
  id: 'switch-in-own-region',
  severity: 'error',
  title:
    'The switch that takes a Region out of traffic is an inverted check of something in another Region',
  reason:
    'A switch that lives in the failed Region cannot be thrown, and an inverted check of the endpoint itself takes the Region out exactly while it is well.',
  source:
    'https://aws.amazon.com/blogs/networking-and-content-delivery/creating-disaster-recovery-mechanisms-using-amazon-route-53/',
  remedy: 'Hold the object that the inverted check asks for in another Region.',
  covers: ['R4', 'R7'],
  *check(view) {
    const isMany = view.once(servingRegions).length > 1;
    for (const [check, records] of asking(view)) {
      const { region, host, path } = endpointOf(view, check);
      // With one Region there is no other that could hold its switch.
      if (!inverted(view, check) || region === undefined || !isMany) continue;
      const own = records.find((record) => record.region === region);
      if (own !== undefined) {
        const message = `is inverted and asks ${host} in ${region}, the Region it steers`;
        yield { at: check, message };
      }
      const [named] = regionsIn(path);
      const steered = records.find((record) => record.region !== undefined)?.region;
      if (named !== undefined && steered !== undefined && named !== steered) {
        yield { at: check, message: `steers ${steered} and asks for ${path}` };
      }
    }
  },
};

export const shared: Rule = {
  id: 'health-check-shared',
  severity: 'error',
  title: 'Records of different Regions have different health checks, which ask different things',
  reason: 'With one check for two Regions, the failure of one takes both out of DNS.',
  source: `${ROUTE_53}/dns-failover-determining-health-of-endpoints.html`,
  remedy: 'Create one check for each Region, asking that Region alone.',
  covers: ['R4'],
  *check(view) {
    const asked = new Map<string, readonly [AssemblyResource, string]>();
    for (const [check, records] of steering(view)) {
      const regions = [...new Set(records.flatMap(({ region }) => region ?? []))];
      if (regions.length > 1)
        yield { at: check, message: `steers records of ${regions.join(' and ')}` };
      if (!ASKS.has(checkType(view, check))) continue;
      const { host, path } = endpointOf(view, check);
      const [region] = regions;
      const before = asked.get(`${host}${path}`);
      if (host === '' || region === undefined) continue;
      if (before !== undefined && before[1] !== region) {
        yield {
          at: check,
          message: `asks ${host}${path} for ${region}, as ${before[0].key} does for ${before[1]}`,
        };
      }
      asked.set(`${host}${path}`, [check, region]);
    }
  },
};

export const checkers: Rule = {
  id: 'health-checkers-few',
  severity: 'error',
  title: 'Health checkers of at least three Regions ask',
  reason: 'Fewer than three places cannot tell a failed endpoint from a failed path to it.',
  source: `${ROUTE_53}/health-checks-creating-values.html`,
  remedy: 'Leave Regions out (all of them ask), or list three or more.',
  covers: ['R4'],
  *check(view) {
    for (const check of view.all(CHECK)) {
      const listed = view.list(check, 'HealthCheckConfig.Regions');
      if (listed.length > 0 && listed.length < 3) {
        yield { at: check, message: `asks from ${listed.length} Regions` };
      }
    }
  },
};

export const calculated: Rule = {
  id: 'calculated-check-threshold',
  severity: 'error',
  title:
    'A calculated check can fail and can pass: 1 ≤ threshold ≤ children, all of them with a switch',
  reason:
    'Threshold 0 is always healthy and more than the children never; with a switch among them, fewer than all means that neither switch nor endpoint alone takes the Region out.',
  source: `${ROUTE_53}/health-checks-creating-values.html`,
  remedy: 'Set HealthThreshold to the number of children that must be healthy.',
  covers: ['R4'],
  *check(view) {
    for (const check of view.all(CHECK).filter((it) => checkType(view, it) === 'CALCULATED')) {
      const children = view.list(check, 'HealthCheckConfig.ChildHealthChecks');
      const threshold = view.number(check, 'HealthCheckConfig.HealthThreshold') ?? children.length;
      const tree = checkTree(view, check).slice(1);
      if (children.length === 0 || threshold < 1 || threshold > children.length) {
        yield { at: check, message: `threshold is ${threshold} of ${children.length} children` };
      } else if (threshold < children.length && tree.some((it) => inverted(view, it))) {
        const message = `${threshold} of ${children.length} children suffice, so its switch does not switch`;
        yield { at: check, message };
      }
      const asks = tree.filter((it) => !inverted(view, it) && checkType(view, it) !== 'CALCULATED');
      if (tree.length > 0 && asks.length === 0 && tree.length === children.length) {
        yield { at: check, message: 'has switches only: no child asks whether the Region answers' };
      }
    }
  },
};

export const calculatedInverted: Rule = {
  id: 'calculated-check-inverted',
  severity: 'error',
  title: 'The check that a record bears is not inverted as a whole',
  reason: 'It would keep the Region in DNS exactly while it fails.',
  source: `${ROUTE_53}/health-checks-creating-values.html`,
  remedy: 'Invert only the child that stands for the switch.',
  covers: ['R4', 'D4'],
  *check(view) {
    const attached = new Set(
      view
        .once(recordSetsOf)
        .flatMap(({ records }) => records.flatMap(({ healthCheck }) => healthCheck ?? [])),
    );
    for (const check of attached) {
      if (!inverted(view, check)) continue;
      const { region } = endpointOf(view, check);
      const own = steering(view).some(
        ([it, records]) => it === check && records.some((record) => record.region === region),
      );
      const calculatedOne = checkType(view, check) === 'CALCULATED';
      if (calculatedOne || own) yield { at: check, message: 'is inverted and borne by a record' };
    }
  },
};

export const privateTarget: Rule = {
  id: 'health-check-private-target',
  severity: 'error',
  title: 'Health checkers can reach what they ask',
  reason: 'Route 53 asks from public addresses: an internal load balancer is unhealthy for ever.',
  source: `${ROUTE_53}/dns-failover-private-hosted-zones.html`,
  remedy: 'Ask a public endpoint, or use a check on a CloudWatch alarm.',
  covers: ['D15'],
  *check(view) {
    for (const check of view.all(CHECK)) {
      for (const target of endpointOf(view, check).resources) {
        if (view.text(target, 'Scheme') === 'internal') {
          yield { at: check, message: `asks ${target.key}, which is internal` };
        }
      }
      const address = view.text(check, 'HealthCheckConfig.IPAddress') ?? '';
      if (/^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address)) {
        yield { at: check, message: `asks the private address ${address}` };
      }
    }
  },
};

export const mockHealth: Rule = {
  id: 'health-path-mocked',
  severity: 'error',
  title:
    'The health path is answered by the compute behind it, and by a path that some rule serves',
  reason: 'A fixed 200 says that the load balancer lives, not that the service does.',
  source:
    'https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_withstand_component_failures_monitoring_health.html',
  remedy: 'Forward the path of the health check to the targets.',
  covers: ['D14'],
  *check(view) {
    for (const [check] of asking(view)) {
      const { path, resources } = endpointOf(view, check);
      for (const balancer of resources.filter(({ type }) => type.endsWith('::LoadBalancer'))) {
        yield* pathBreaches(view, check, path, balancer);
      }
    }
    for (const method of view.all('AWS::ApiGateway::Method')) {
      if (
        view.text(method, 'Integration.Type') === 'MOCK' &&
        view.text(method, 'HttpMethod') !== 'OPTIONS'
      ) {
        yield { at: method, message: 'is answered by a mock integration', severity: 'warning' };
      }
    }
  },
};

function* pathBreaches(
  view: View,
  check: AssemblyResource,
  path: string,
  balancer: AssemblyResource,
): Iterable<Breach> {
  const listeners = view.into(balancer, 'AWS::ElasticLoadBalancingV2::Listener');
  const rules = listeners
    .flatMap((it) => view.into(it, 'AWS::ElasticLoadBalancingV2::ListenerRule'))
    .filter((rule) => matchesPath(view, rule, path))
    .sort(
      (one, other) => (view.number(one, 'Priority') ?? 0) - (view.number(other, 'Priority') ?? 0),
    );
  const [first] = rules;
  if (listeners.length === 0) return;
  const actions =
    first !== undefined
      ? view.list(first, 'Actions')
      : listeners.flatMap((it) => view.list(it, 'DefaultActions'));
  const text = JSON.stringify(actions);
  if (text.includes('"forward"') || !text.includes('fixed-response')) return;
  yield { at: check, message: `asks ${path}, which ${(first ?? balancer).key} answers by itself` };
}

function matchesPath(view: View, rule: AssemblyResource, path: string): boolean {
  const text = JSON.stringify(view.list(rule, 'Conditions'));
  if (!text.includes('path-pattern') || text.includes('http-header')) return false;
  const patterns = [...text.matchAll(/"(\/[^"]*)"/g)].map(([, pattern = '']) => pattern);
  // A load balancer takes five wildcards at most; more would make matching slow.
  const legal = patterns.filter((pattern) => pattern.split('*').length <= 6);
  return legal.some((pattern) =>
    new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(
      path,
    ),
  );
}

export const HEALTH_CHECK_RULES: readonly Rule[] = [
  slowDetection,
  loop,
  ownRegion,
  switchElsewhere,
  shared,
  checkers,
  calculated,
  calculatedInverted,
  privateTarget,
  mockHealth,
];
