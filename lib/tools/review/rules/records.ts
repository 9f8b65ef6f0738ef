import type { Breach, Rule } from '../model';
import { namesBehind, recordSetsOf, regionsBehind, servingRegions } from '../private/routing';
import type { DnsRecord, RecordSet } from '../private/routing';
import { within } from '../private/view';
import type { View } from '../private/view';
import { recordsIllegal } from './legality';

const ROUTE_53 = 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide';

const steeredSets = (view: View): readonly RecordSet[] =>
  view.once(recordSetsOf).filter(({ steered }) => steered);

const isLastResort = ({ policy, properties }: DnsRecord): boolean =>
  (policy === 'failover' && properties['Failover'] === 'SECONDARY') ||
  (policy === 'geolocation' && within(properties, 'GeoLocation.CountryCode') === '*');

export const steeredRecordChecked: Rule = {
  id: 'steered-record-unchecked',
  severity: 'error',
  title: 'Every record that Route 53 chooses among others follows the health of what it points to',
  reason:
    'A record without a health check is always healthy: users are sent to it although nothing answers there.',
  source: `${ROUTE_53}/dns-failover-determining-health-of-endpoints.html`,
  remedy: 'Give the record a HealthCheckId, or the alias EvaluateTargetHealth: true.',
  covers: ['R1'],
  *check(view) {
    for (const { records } of steeredSets(view)) {
      for (const record of records) {
        if (record.checked || record.evaluatesTarget || isLastResort(record)) continue;
        yield {
          at: record.resource,
          message: `${record.name} (${record.type}, ${record.policy}) stays in answers whatever happens to its target`,
        };
      }
    }
  },
};

export const recordSetEven: Rule = {
  id: 'record-set-uneven',
  severity: 'error',
  title: 'Records of one name are steered alike: one policy, health checks on all, one TTL',
  reason:
    'Route 53 refuses mixed policies, and a Region whose record lacks what its siblings have cannot be drained, or answers when it should not.',
  source: `${ROUTE_53}/routing-policy.html`,
  remedy: 'Give every record of the name the same policy, kind of health check and TTL.',
  covers: ['R1', 'R28'],
  *check(view) {
    for (const { records } of steeredSets(view)) yield* unevenIn(records);
  },
};

function* unevenIn(records: readonly DnsRecord[]): Iterable<Breach> {
  const traits: readonly [string, (record: DnsRecord) => string][] = [
    ['policy', ({ policy }) => policy],
    ['health check', (it) => (isLastResort(it) ? '(last resort)' : it.checked ? 'set' : 'missing')],
    ['EvaluateTargetHealth', ({ evaluatesTarget }) => String(evaluatesTarget)],
    ['TTL', ({ ttl }) => String(ttl ?? 'of the alias')],
  ];
  for (const [trait, of] of traits) {
    const values = records.map(of).filter((value) => value !== '(last resort)');
    const usual = mostFrequent(values);
    for (const record of records) {
      const value = of(record);
      if (value === usual || value === '(last resort)') continue;
      yield {
        at: record.resource,
        message: `${record.name} (${record.type}): ${trait} is ${value}, others of the name have ${String(usual)}`,
      };
    }
  }
}

export function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

export const geoDefault: Rule = {
  id: 'geolocation-default-missing',
  severity: 'error',
  title: 'Geolocation records of a name include the default location',
  reason: 'Users whose location no record names get no answer at all.',
  source: `${ROUTE_53}/routing-policy-geo.html`,
  remedy: 'Add a record with GeoLocation: { CountryCode: "*" }.',
  covers: ['R1'],
  *check(view) {
    for (const { name, records } of steeredSets(view)) {
      const geo = records.filter(({ policy }) => policy === 'geolocation');
      const [first] = geo;
      if (
        first === undefined ||
        geo.some((it) => within(it.properties, 'GeoLocation.CountryCode') === '*')
      ) {
        continue;
      }
      yield {
        at: first.resource,
        message: `${name}: users outside the named locations get no answer`,
      };
    }
  },
};

export const recordRegion: Rule = {
  id: 'record-points-elsewhere',
  severity: 'error',
  title: 'A latency record points to the Region that it stands for, each Region once',
  reason:
    'Users near one Region would be sent to another, and the loss of one Region takes two records out.',
  source: `${ROUTE_53}/routing-policy-latency.html`,
  remedy:
    "Point the record to its own Region's load balancer, one record and set identifier a Region.",
  covers: ['R1', 'D9'],
  *check(view) {
    for (const { name, records } of steeredSets(view)) {
      const seen = new Map<string, DnsRecord>();
      for (const record of records) {
        const label = view.textOf(record.properties['Region']);
        if (label !== undefined && record.region !== undefined && label !== record.region) {
          yield {
            at: record.resource,
            message: `${name}: stands for ${label} and points to ${record.region}`,
          };
        }
        const set = view.textOf(record.properties['SetIdentifier']);
        if (set === undefined) {
          if (record.properties['SetIdentifier'] === undefined) {
            yield {
              at: record.resource,
              message: `${name}: has no SetIdentifier, which steered records need`,
            };
          }
          continue;
        }
        if (seen.has(set)) {
          yield {
            at: record.resource,
            message: `${name}: two records have the set identifier ${set}`,
          };
        }
        seen.set(set, record);
      }
    }
  },
};

export const regionSteered: Rule = {
  id: 'region-not-steered',
  severity: 'error',
  title: 'Every steered name has a record in each Region that serves, of the same types',
  reason:
    'A Region without a record gets no users; a name with one Region left has nowhere to fail over to.',
  source: `${ROUTE_53}/dns-failover-types.html`,
  remedy: 'Add the missing record in the stack of the Region that it points to.',
  covers: ['R1', 'R28'],
  *check(view) {
    const serving = view.once(servingRegions);
    for (const { name, type, records } of steeredSets(view)) {
      // Names behind others are reached through them, and need not lead everywhere themselves.
      if (view.once(namesBehind).has(name)) continue;
      const each = records.map((record) => regionsBehind(view, record));
      const has = new Set(each.flat());
      const [first] = records;
      if (first === undefined || each.some((regions) => regions.length === 0)) continue;
      for (const region of serving) {
        if (has.has(region)) continue;
        const front = frontOf(view, region);
        const message = `${name} (${type}) has no record that points to ${region}, which serves`;
        yield { at: front ?? first.resource, message };
      }
    }
  },
};

const frontOf = (view: View, region: string) =>
  view
    .all(
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      'AWS::ApiGatewayV2::Api',
      'AWS::ApiGateway::RestApi',
    )
    .find(({ stack }) => stack.region === region);

export const ttl: Rule = {
  id: 'record-ttl-long',
  severity: 'warning',
  title: 'Steered records live 60 seconds at most',
  reason: 'Clients go on using an answer for its TTL after the Region behind it has failed.',
  source: `${ROUTE_53}/dns-failover-complex-configs.html`,
  remedy: 'Set TTL to 60 or less, or use an alias.',
  covers: ['R2'],
  *check(view) {
    for (const { records } of steeredSets(view)) {
      for (const { resource, name, ttl: seconds } of records) {
        if (seconds === undefined || seconds <= 60) continue;
        yield { at: resource, message: `${name}: TTL is ${seconds} s` };
      }
    }
  },
};

export const failoverByEdit: Rule = {
  id: 'failover-edits-dns',
  severity: 'error',
  title: 'Failing over needs no edit of DNS',
  reason:
    "Route 53's control plane stands in one Region: when that is what fails, a record cannot be edited. Health checks and routing controls work on without it.",
  source:
    'https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html',
  remedy:
    'Steer the name between Regions with health-checked records, a routing control or a Region switch plan.',
  covers: ['R7', 'D22'],
  *check(view) {
    if (view.once(servingRegions).length < 2) return;
    const sets = view.once(recordSetsOf);
    const steered = new Set(
      sets
        .filter((set) => set.steered)
        .flatMap(({ records }) => records.map(({ target }) => target?.key)),
    );
    for (const { records, steered: isSteered } of sets) {
      for (const { resource, name, target, region, type } of isSteered ? [] : records) {
        if (region === undefined || !['A', 'AAAA', 'CNAME'].includes(type)) continue;
        if (target !== undefined && (steered.has(target.key) || !isFront(target.type))) continue;
        yield {
          at: resource,
          message: `${name} points to ${region} alone; leaving it means editing the record`,
        };
      }
    }
  },
};

const isFront = (type: string): boolean => /LoadBalanc|ApiGateway|AppRunner/.test(type);

export const RECORD_RULES: readonly Rule[] = [
  steeredRecordChecked,
  recordSetEven,
  geoDefault,
  recordRegion,
  regionSteered,
  ttl,
  failoverByEdit,
  recordsIllegal,
];
