import { illegalRecords } from '../../../config';
import type { RecordShape, RecordTarget, RoutingPolicy } from '../../../config';
import type { Rule } from '../model';
import { recordSetsOf } from '../private/routing';
import type { DnsRecord, Policy } from '../private/routing';
import { numberOf, within } from '../private/view';
import type { View } from '../private/view';

/** Policies of templates by the names of the guide. */
const policyOf = (policy: Policy): RoutingPolicy => (policy === 'ip' ? 'ip-based' : policy);

function targetOf({ target, type, properties }: DnsRecord): RecordTarget {
  if (properties['AliasTarget'] === undefined) return type === 'CNAME' ? 'name' : 'addresses';
  if (target?.type === 'AWS::CloudFront::Distribution') return 'distribution';
  return target?.type.endsWith('LoadBalancer') === true ? 'balancer' : 'record';
}

/** What tells records of a policy apart; undefined where it is not known. */
function keyOf(view: View, { policy, properties }: DnsRecord): string | undefined {
  const text = (path: string): string | undefined => view.textOf(within(properties, path));
  switch (policy) {
    case 'latency':
      return text('Region');
    case 'failover':
      return text('Failover');
    case 'ip':
      return text('CidrRoutingConfig.LocationName');
    case 'geoproximity':
      return text('GeoProximityLocation.AWSRegion');
    case 'geolocation': {
      const country = text('GeoLocation.CountryCode') ?? text('GeoLocation.ContinentCode');
      const part = text('GeoLocation.SubdivisionCode');
      return country !== undefined && part !== undefined ? `${country}-${part}` : country;
    }
    default:
      return undefined;
  }
}

function shapeOf(view: View, record: DnsRecord): RecordShape {
  const { resource, policy, properties, checked, evaluatesTarget } = record;
  const identifier =
    properties['SetIdentifier'] === undefined
      ? undefined
      : (view.textOf(properties['SetIdentifier']) ?? resource.key);
  const key = keyOf(view, record);
  const amount =
    numberOf(properties['Weight']) ?? numberOf(within(properties, 'GeoProximityLocation.Bias'));
  return {
    ...{ path: resource.key, policy: policyOf(policy), target: targetOf(record) },
    ...(identifier !== undefined && { setIdentifier: identifier }),
    ...(key !== undefined && { key }),
    ...(amount !== undefined && { amount }),
    watched: checked || evaluatesTarget,
  };
}

export const recordsIllegal: Rule = {
  id: 'records-illegal',
  severity: 'error',
  title: 'Records of one name go together by what Route 53 accepts of their policy',
  reason:
    'A role, place or identifier that two records share, or a target that a policy cannot have, is refused when it is deployed, or leaves somebody without an answer.',
  source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html',
  remedy: 'Give each record of the name what its policy allows: the message says what that is.',
  covers: ['R1'],
  *check(view) {
    for (const { name, records, steered } of view.once(recordSetsOf)) {
      if (!steered) continue;
      const byKey = new Map(records.map(({ resource }) => [resource.key, resource]));
      const shapes = records.map((record) => shapeOf(view, record));
      for (const { path, found, allowed } of illegalRecords(name, shapes)) {
        const at = byKey.get(path);
        if (at !== undefined) yield { at, message: `${found}; allowed: ${allowed}` };
      }
    }
  },
};
