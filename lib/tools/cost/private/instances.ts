import { isJsonList, isJsonObject } from '../../assembly';
import type { AssemblyResource, Json } from '../../assembly';
import type { Charge, Properties, Unpriced } from './charges';

type Raw = AssemblyResource['properties'];

/**
 * The fewest instances of a group, all on demand as far as they are, with their volumes; those of a
 * warm pool are stopped and bill their volumes alone. What scaling adds, and Spot, is driven by use.
 */
export function instances(
  properties: Properties,
  resource: AssemblyResource,
): readonly (Charge | Unpriced)[] {
  const count = Number(properties.value('MinSize'));
  if (!Number.isInteger(count)) return [{ reason: 'number of its instances' }];
  const type =
    properties.value(...LAUNCH, 'Overrides', 0, 'InstanceType') ??
    at(templateOf(resource), ['LaunchTemplateData', 'InstanceType']);
  if (typeof type !== 'string') return [{ reason: 'type of its instances' }];
  const onDemand = onDemandOf(properties, resource, count);
  const spot = count - onDemand;
  const charges: (Charge | Unpriced)[] = [
    {
      ...{ service: 'EC2', item: `${type} instance`, quantity: onDemand, unit: 'hour' },
      price: `ec2.${type}.hour`,
    },
    volumes(resource, count + warm(resource)),
  ];
  return spot > 0 ? [...charges, { reason: `${spot} Spot instances, whose price moves` }] : charges;
}

const LAUNCH = ['MixedInstancesPolicy', 'LaunchTemplate'] as const;

function onDemandOf(properties: Properties, resource: AssemblyResource, count: number): number {
  // Asked as it is written: as a value it is unknown as soon as one part of it is.
  if (resource.properties['MixedInstancesPolicy'] === undefined) return count;
  const distribution = (name: string) =>
    Number(properties.value('MixedInstancesPolicy', 'InstancesDistribution', name) ?? 0);
  const floor = Math.min(distribution('OnDemandBaseCapacity'), count);
  const share = distribution('OnDemandPercentageAboveBaseCapacity') / 100;
  return floor + Math.ceil((count - floor) * share);
}

/** What its instances start from, with a choice of classes or without. */
function templateOf({ properties, stack }: AssemblyResource): Raw | undefined {
  const chosen = at(properties, [...LAUNCH, 'LaunchTemplateSpecification']);
  const id = at(chosen ?? properties['LaunchTemplate'], ['LaunchTemplateId', 'Ref']);
  return typeof id === 'string' ? stack.resources.get(id)?.properties : undefined;
}

function volumes(resource: AssemblyResource, count: number): Charge | Unpriced {
  const devices = at(templateOf(resource), ['LaunchTemplateData', 'BlockDeviceMappings']);
  const size = isJsonList(devices)
    ? devices.reduce<number>((sum, device) => sum + Number(at(device, ['Ebs', 'VolumeSize'])), 0)
    : Number.NaN;
  if (!(size > 0)) return { reason: 'size of the volumes of its instances' };
  return {
    ...{ service: 'EBS', item: 'GB of gp3 volume', quantity: count * size, unit: 'month' },
    price: 'ebs.gp3GbMonth',
  };
}

/** Stopped instances that a pool keeps for the group. */
function warm({ logicalId, stack }: AssemblyResource): number {
  return [...stack.resources.values()]
    .filter(({ type }) => type === 'AWS::AutoScaling::WarmPool')
    .filter(({ properties }) => at(properties, ['AutoScalingGroupName', 'Ref']) === logicalId)
    .reduce((sum, { properties }) => sum + Number(properties['MinSize'] ?? 0), 0);
}

function at(value: Json | Raw | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (it, name) => (isJsonObject(it) ? it[name] : undefined),
    value,
  );
}
