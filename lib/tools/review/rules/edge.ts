import type { Rule } from '../model';
import { distributionsOf } from '../private/distribution';
import type { Behavior } from '../private/distribution';
import {
  admitsEverybody,
  demandsSecret,
  ingressOf,
  isNetwork,
  isOpen,
  webListeners,
} from '../private/network-balancers';
import { servingRegions } from '../private/routing';
import { within } from '../private/view';
import type { View } from '../private/view';

const CLOUDFRONT = 'https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide';
/** Longest wait for an origin of a group before the next one is asked, seconds. */
const FAILOVER_BUDGET = 10;
const SERVER_ERRORS = [500, 502, 503, 504];

const isMany = (view: View): boolean => view.once(servingRegions).length > 1;

function regionsOf({ origin, group, picked }: Behavior): readonly string[] {
  if (picked.length > 0) return [...new Set(picked.flatMap(({ regions }) => regions))];
  const members = group?.members ?? (origin === undefined ? [] : [origin]);
  return [...new Set(members.flatMap(({ regions }) => regions))];
}

export const oneRegionBehind: Rule = {
  id: 'cdn-one-region',
  severity: 'error',
  title: 'Every path of a distribution can be answered by two Regions',
  reason: 'An edge in every city does not help when all of them ask one Region.',
  source: `${CLOUDFRONT}/high_availability_origin_failover.html`,
  remedy: 'Use an origin group over two Regions for reads, or a health-checked name as the origin.',
  covers: ['R8', 'D9'],
  *check(view) {
    if (!isMany(view)) return;
    for (const { resource, behaviors, groups } of view.once(distributionsOf)) {
      for (const behavior of behaviors) {
        const regions = regionsOf(behavior);
        if (behavior.writes && behavior.group === undefined) continue; // cdn-writes-pinned
        if (regions.length === 1) {
          yield { at: resource, message: `${behavior.path}: only ${String(regions[0])} answers` };
        }
      }
      for (const { id, members } of groups) {
        const hosts = new Set(members.map(({ host }) => host));
        if (members.length < 2 || hosts.size < members.length) {
          yield { at: resource, message: `origin group ${id} does not have two different origins` };
        }
      }
    }
  },
};

export const writesPinned: Rule = {
  id: 'cdn-writes-pinned',
  severity: 'error',
  title: 'Paths that take writes have an origin that moves between Regions',
  reason:
    'Origin groups carry GET, HEAD and OPTIONS only, so a POST fails with the one Region that its origin names.',
  source: `${CLOUDFRONT}/high_availability_origin_failover.html`,
  remedy: 'Make the origin a name that Route 53 steers between Regions by health.',
  covers: ['R8', 'D10'],
  *check(view) {
    for (const { resource, behaviors } of view.once(distributionsOf)) {
      for (const behavior of behaviors.filter(({ writes }) => writes)) {
        if (behavior.group !== undefined) {
          yield { at: resource, message: `${behavior.path}: takes writes and has an origin group` };
        } else if (isMany(view) && behavior.origin !== undefined && !moves(behavior)) {
          const { host } = behavior.origin;
          yield {
            at: resource,
            message: `${behavior.path}: takes writes and asks ${host}, which does not move`,
          };
        }
      }
    }
  },
};

/** By DNS, or by a function whose choice is changed without a deployment. */
const moves = (behavior: Behavior): boolean =>
  behavior.origin?.moves === true || (behavior.switched && regionsOf(behavior).length > 1);

export const writesWait: Rule = {
  id: 'cdn-writes-wait',
  severity: 'warning',
  title: 'Writes turn to another Region without a person',
  reason:
    'A function of the edge knows no health: it sends writes to the Region of the viewer until somebody throws its switch, while reads turn away by themselves.',
  source: `${CLOUDFRONT}/kvs-with-functions.html`,
  remedy:
    'Use an origin that Route 53 steers by health (edge mode "cdn"), or accept that writes of a lost Region wait for a person.',
  covers: ['R7', 'R8'],
  *check(view) {
    if (!isMany(view)) return;
    for (const { resource, behaviors } of view.once(distributionsOf)) {
      for (const behavior of behaviors) {
        const { path, writes, origin, switched, picked } = behavior;
        if (!writes || origin?.moves === true || !switched || picked.length < 2) continue;
        yield { at: resource, message: `${path}: writes move by a switch alone` };
      }
    }
  },
};

export const originMissing: Rule = {
  id: 'cdn-origin-missing',
  severity: 'error',
  title: 'Every behavior names an origin or group that the distribution has',
  reason: 'CloudFront refuses the distribution.',
  source: `${CLOUDFRONT}/distribution-web-values-specify.html`,
  remedy: 'Name an origin of the distribution.',
  covers: ['R8'],
  *check(view) {
    for (const { resource, behaviors } of view.once(distributionsOf)) {
      for (const { path, origin, group, target } of behaviors) {
        if (origin !== undefined || group !== undefined || target === '') continue;
        yield { at: resource, message: `${path}: there is no origin ${target}` };
      }
    }
  },
};

export const originSlow: Rule = {
  id: 'cdn-failover-slow',
  severity: 'warning',
  title:
    'An origin group turns to its second origin within seconds, on connection and server errors',
  reason: 'By default CloudFront tries for 30 seconds to connect before it asks the second origin.',
  source: `${CLOUDFRONT}/high_availability_origin_failover.html`,
  remedy: `Keep ConnectionAttempts × ConnectionTimeout within ${FAILOVER_BUDGET} s and list 500, 502, 503 and 504.`,
  covers: ['R8'],
  *check(view) {
    for (const { resource, groups } of view.once(distributionsOf)) {
      for (const { id, members, statusCodes } of groups) {
        for (const { host, connectSeconds } of members) {
          if (connectSeconds > FAILOVER_BUDGET) {
            yield { at: resource, message: `${id}: waits ${connectSeconds} s for ${host}` };
          }
        }
        const missing = SERVER_ERRORS.filter((code) => !statusCodes.includes(code));
        if (missing.length > 0) {
          yield { at: resource, message: `${id}: does not turn away at ${missing.join(', ')}` };
        }
      }
    }
  },
};

export const acceleratorEmpty: Rule = {
  id: 'accelerator-without-endpoints',
  severity: 'error',
  title: 'Every endpoint group of an accelerator has an endpoint, in two Regions at least',
  reason:
    'A group without endpoints takes no traffic, so the accelerator has nowhere to send users.',
  source: 'https://docs.aws.amazon.com/global-accelerator/latest/dg/about-endpoint-groups.html',
  remedy: "Add the Region's load balancer as an endpoint of its group.",
  covers: ['D7'],
  *check(view) {
    const groups = view.all('AWS::GlobalAccelerator::EndpointGroup');
    for (const group of groups) {
      if (
        !view.unknown(group, 'EndpointConfigurations') &&
        view.list(group, 'EndpointConfigurations').length === 0
      ) {
        yield { at: group, message: 'has no endpoint' };
      }
    }
    for (const accelerator of view.all('AWS::GlobalAccelerator::Accelerator')) {
      const listeners = view.into(accelerator, 'AWS::GlobalAccelerator::Listener');
      const own = groups.filter((group) =>
        view.out(group, 'ListenerArn').some((it) => listeners.includes(it)),
      );
      const regions = new Set(own.map((group) => view.text(group, 'EndpointGroupRegion')));
      if (regions.size < 2 && isMany(view)) {
        yield { at: accelerator, message: `has endpoint groups in ${regions.size} Region(s)` };
      }
    }
  },
};

/** Public load balancers of the network kind that take web requests, in which no web ACL can look. */
const publicNetworks = (view: View) =>
  view
    .all('AWS::ElasticLoadBalancingV2::LoadBalancer')
    .filter((it) => isPublic(view, it) && isNetwork(view, it))
    .filter((it) => webListeners(view, it).length > 0);

/** Public load balancers and distributions, which the internet reaches. */
const publicFronts = (view: View) => [
  ...view.all('AWS::CloudFront::Distribution'),
  ...view
    .all('AWS::ElasticLoadBalancingV2::LoadBalancer')
    .filter(
      (it) => isPublic(view, it) && (view.text(it, 'Type') ?? 'application') === 'application',
    ),
];
const isPublic = (view: View, it: Parameters<View['text']>[0]): boolean =>
  (view.text(it, 'Scheme') ?? 'internet-facing') === 'internet-facing';

const webAclsOf = (view: View, front: Parameters<View['text']>[0]) =>
  front.type === 'AWS::CloudFront::Distribution'
    ? view.out(front, 'DistributionConfig.WebACLId')
    : view.into(front, 'AWS::WAFv2::WebACLAssociation').flatMap((it) => view.out(it, 'WebACLArn'));

export const webAclMissing: Rule = {
  id: 'web-acl-missing',
  severity: 'error',
  title: 'Every public distribution and load balancer has a web ACL',
  reason:
    'Without one, a flood of requests that are cheap to send takes the capacity that failover needs.',
  source: 'https://docs.aws.amazon.com/waf/latest/developerguide/waf-chapter.html',
  remedy:
    'Set WebACLId, or associate a web ACL of the same Region; a network load balancer takes none, so let CloudFront alone reach it.',
  covers: ['R34', 'D6'],
  *check(view) {
    for (const balancer of publicNetworks(view).filter((it) => isOpen(view, it))) {
      yield { at: balancer, message: 'admits everybody, and takes no web ACL' };
    }
    for (const front of publicFronts(view)) {
      const isDistribution = front.type === 'AWS::CloudFront::Distribution';
      const given = view.at(front, 'DistributionConfig.WebACLId');
      const named = isDistribution && given !== undefined && given !== '';
      const acls = webAclsOf(view, front);
      if (!named && acls.length === 0) yield { at: front, message: 'is public and has no web ACL' };
      for (const acl of acls) {
        const scope = isDistribution ? 'CLOUDFRONT' : 'REGIONAL';
        if (view.text(acl, 'Scope') !== scope) {
          yield { at: acl, message: `protects ${front.key} and must be of scope ${scope}` };
        }
      }
    }
  },
};

export const webAclWeak: Rule = {
  id: 'web-acl-weak',
  severity: 'warning',
  title: 'The web ACL that users meet limits rates, has managed rules and is logged',
  reason:
    'A list without a rate rule stops nobody who sends too much, and without logs nobody sees whom it stops.',
  source:
    'https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html',
  remedy: 'Add a RateBasedStatement that blocks, managed rule groups, and a LoggingConfiguration.',
  covers: ['R34'],
  *check(view) {
    const fronts = publicFronts(view);
    const behindCdn = view.all('AWS::CloudFront::Distribution').length > 0;
    for (const acl of new Set(fronts.flatMap((front) => webAclsOf(view, front)))) {
      const rules = view.list(acl, 'Rules');
      const limits = rules.filter((rule) => JSON.stringify(rule).includes('RateBasedStatement'));
      if (limits.length === 0) yield { at: acl, message: 'has no rate rule' };
      else if (!limits.some((rule) => within(rule, 'Action.Block') !== undefined)) {
        yield { at: acl, message: 'counts what comes too fast and does not block it' };
      }
      const meetsUsers = view.text(acl, 'Scope') === 'CLOUDFRONT' || !behindCdn;
      if (meetsUsers && !JSON.stringify(rules).includes('ManagedRuleGroupStatement')) {
        yield { at: acl, message: 'has no managed rule group' };
      }
      if (view.into(acl, 'AWS::WAFv2::LoggingConfiguration').length === 0) {
        yield { at: acl, message: 'is not logged' };
      }
    }
  },
};

export const bypass: Rule = {
  id: 'cdn-bypassed',
  severity: 'error',
  title: 'What stands behind the CDN is reached only through it',
  reason: 'Whoever finds the load balancer goes round the web ACL and the cache of the edge.',
  source: `${CLOUDFRONT}/restrict-access-to-load-balancer.html`,
  remedy:
    'Admit the CloudFront prefix list instead of everybody, and forward only requests with the secret header.',
  covers: ['R34'],
  *check(view) {
    const origins = view.once(distributionsOf).flatMap((it) => it.origins);
    if (!origins.some(({ properties }) => properties['CustomOriginConfig'] !== undefined)) return;
    const balancers = publicFronts(view).filter(({ type }) => type.endsWith('LoadBalancer'));
    for (const balancer of [...balancers, ...publicNetworks(view)]) {
      for (const group of view.out(balancer, 'SecurityGroups')) {
        if (ingressOf(view, group).some(admitsEverybody)) {
          yield { at: group, message: `admits everybody to ${balancer.key}` };
        }
      }
    }
    for (const listener of publicNetworks(view).flatMap((it) => webListeners(view, it))) {
      if (demandsSecret(view, listener)) continue;
      yield {
        at: listener,
        message:
          'hands over connections, and nothing behind it demands the secret header of the CDN',
      };
    }
    for (const balancer of balancers) {
      for (const listener of view.into(balancer, 'AWS::ElasticLoadBalancingV2::Listener')) {
        if (JSON.stringify(view.list(listener, 'DefaultActions')).includes('"forward"')) {
          yield { at: listener, message: 'forwards requests without the secret header of the CDN' };
        }
      }
    }
  },
};

export const EDGE_RULES: readonly Rule[] = [
  oneRegionBehind,
  writesPinned,
  writesWait,
  originMissing,
  originSlow,
  acceleratorEmpty,
  webAclMissing,
  webAclWeak,
  bypass,
];
