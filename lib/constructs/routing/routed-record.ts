import type { ILoadBalancerV2 } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type {
  IAliasRecordTarget,
  IHealthCheck,
  IHostedZone,
  IRecordSet,
  RecordSetOptions,
} from 'aws-cdk-lib/aws-route53';
import {
  ARecord,
  CfnRecordSetGroup,
  CidrRoutingConfig,
  Continent,
  Failover,
  GeoLocation,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { illegalRecords } from '../../config';
import type { Place, RecordShape, SteeringPolicy } from '../../config';

/** What a routed record answers with. */
export type RoutedTarget =
  | { readonly loadBalancer: ILoadBalancerV2 }
  /** Another name of the same zone, with its health. */
  | { readonly name: string }
  /** IPv4 addresses that stay, such as Elastic IPs; with their TTL in seconds. @default 60 */
  | { readonly addresses: readonly [string, ...string[]]; readonly ttlSeconds?: number };

export interface RoutedRecordProps {
  /** The product's zone. */
  readonly zone: IHostedZone;
  /** Whole name, without the final dot. */
  readonly name: string;
  /** Different for each record of the name. */
  readonly setIdentifier: string;
  /** The same kind for each record of the name. */
  readonly policy: SteeringPolicy;
  /** What is answered. */
  readonly target: RoutedTarget;
  /** Whether it may be answered. @default always, but for the health of an alias's target */
  readonly healthCheck?: IHealthCheck;
  /** Id of the collection that an IP-based record refers to. @default none */
  readonly cidrCollectionId?: string;
  /** @default none */
  readonly comment?: string;
}

/**
 * One of several records of a name, of any routing policy that Route 53 has but the simple one. What
 * the policy cannot go with is refused at synthesis (lib/config/routing-legality.ts) rather than by
 * Route 53 at deployment. Queries for aliases of AWS resources are free of charge; those by
 * geolocation, geoproximity and network cost more than plain ones where they are no aliases.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
 */
export class RoutedRecord extends Construct {
  /** @throws RangeError for what Route 53 would refuse in one record */
  public constructor(scope: Construct, id: string, props: RoutedRecordProps) {
    super(scope, id);
    checkLegality(props);
    const { zone, name, setIdentifier, policy, healthCheck, comment } = props;
    if (policy.kind === 'geoproximity') {
      this.biased(props, policy);
      return;
    }
    // Named `Default`, which stands in no logical id: the record's id is this construct's own.
    new ARecord(this, 'Default', {
      zone,
      recordName: absolute(name),
      setIdentifier,
      ...(healthCheck && { healthCheck }),
      ...(comment !== undefined && { comment }),
      ...targetOf(props),
      ...policyOf(props),
    });
  }

  /** The library has geoproximity only for members of a group: a group of one. */
  private biased(
    props: RoutedRecordProps,
    { region: awsRegion, bias }: Extract<SteeringPolicy, { kind: 'geoproximity' }>,
  ): void {
    const { zone, name, setIdentifier, target, healthCheck } = props;
    new CfnRecordSetGroup(this, 'Resource', {
      hostedZoneId: zone.hostedZoneId,
      ...(props.comment !== undefined && { comment: props.comment }),
      recordSets: [
        {
          ...{ name: absolute(name), type: 'A', setIdentifier },
          geoProximityLocation: { awsRegion, bias },
          ...(healthCheck && { healthCheckId: healthCheck.healthCheckId }),
          ...('addresses' in target
            ? { resourceRecords: [...target.addresses], ttl: String(target.ttlSeconds ?? TTL) }
            : { aliasTarget: aliasProperty(this, zone, target) }),
        },
      ],
    });
  }
}

function aliasProperty(
  scope: Construct,
  zone: IHostedZone,
  target: Exclude<RoutedTarget, { readonly addresses: unknown }>,
): CfnRecordSetGroup.AliasTargetProperty {
  // Targets look at nothing of the record but its place in the tree.
  const record = { node: scope.node } as IRecordSet;
  const { dnsName, hostedZoneId } = aliasOf(zone, target).bind(record, zone);
  return { dnsName, hostedZoneId, evaluateTargetHealth: true };
}

const TTL = 60;

/** With its dot a name is never taken to be relative to the zone. */
function absolute(name: string): string {
  return `${name}.`;
}

function aliasOf(
  zone: IHostedZone,
  target: Exclude<RoutedTarget, { readonly addresses: unknown }>,
): IAliasRecordTarget {
  if ('loadBalancer' in target) {
    return new LoadBalancerTarget(target.loadBalancer, { evaluateTargetHealth: true });
  }
  const dnsName = absolute(target.name);
  return {
    bind: () => ({ dnsName, hostedZoneId: zone.hostedZoneId, evaluateTargetHealth: true }),
  };
}

function targetOf({ zone, target }: RoutedRecordProps): {
  readonly target: RecordTarget;
  readonly ttl?: Duration;
} {
  return 'addresses' in target
    ? {
        target: RecordTarget.fromIpAddresses(...target.addresses),
        ttl: Duration.seconds(target.ttlSeconds ?? TTL),
      }
    : { target: RecordTarget.fromAlias(aliasOf(zone, target)) };
}

function policyOf({ policy, cidrCollectionId }: RoutedRecordProps): Partial<RecordSetOptions> {
  switch (policy.kind) {
    case 'latency':
      return { region: policy.region };
    case 'weighted':
      return { weight: policy.weight };
    case 'failover':
      return { failover: policy.role === 'PRIMARY' ? Failover.PRIMARY : Failover.SECONDARY };
    case 'geolocation':
      return { geoLocation: locationOf(policy.place) };
    case 'multivalue':
      return { multiValueAnswer: true };
    case 'ip-based': {
      if (cidrCollectionId === undefined) {
        throw new RangeError('`cidrCollectionId` must be given with IP-based routing, got: none');
      }
      return {
        cidrRoutingConfig:
          policy.location === '*'
            ? CidrRoutingConfig.withDefaultLocationName(cidrCollectionId)
            : CidrRoutingConfig.create({
                collectionId: cidrCollectionId,
                locationName: policy.location,
              }),
      };
    }
    case 'geoproximity':
      return {};
  }
}

function locationOf(place: Place): GeoLocation {
  if ('country' in place) return GeoLocation.country(place.country);
  return 'continent' in place ? continentOf(place.continent) : GeoLocation.default();
}

/** The library's enumeration has Route 53's own codes. */
function continentOf(code: string): GeoLocation {
  const continent = Object.values(Continent).find((it) => (it as string) === code);
  if (continent === undefined)
    throw new RangeError(`\`continent\` must be a code of Route 53, got: ${code}`);
  return GeoLocation.continent(continent);
}

/** What one record shows by itself; the others of its name belong to other stacks. */
function checkLegality({
  name,
  policy,
  target,
  setIdentifier,
  healthCheck,
}: RoutedRecordProps): void {
  const shape: RecordShape = {
    ...{ path: name, policy: policy.kind, setIdentifier },
    target: 'addresses' in target ? 'addresses' : 'loadBalancer' in target ? 'balancer' : 'record',
    watched: healthCheck !== undefined || !('addresses' in target),
    ...(policy.kind === 'weighted' && { amount: policy.weight }),
    ...(policy.kind === 'geoproximity' && { amount: policy.bias }),
    ...(policy.kind === 'failover' && { key: policy.role }),
  };
  const [fault] = illegalRecords(name, [shape], { together: false });
  if (fault === undefined) return;
  throw new RangeError(`the record ${name} must have ${fault.allowed}, got: ${fault.found}`);
}
