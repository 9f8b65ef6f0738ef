import { isJsonObject, property } from '../../assembly';
import type { AssemblyResource } from '../../assembly';
import type { Charge, Properties, Unpriced } from './charges';

const UNITS_PER_VCPU = 1024;
const MIB_PER_GB = 1024;

/** The fewest tasks of a Fargate service, by processor and memory; what scaling adds is driven by use. */
export function servers(
  properties: Properties,
  resource: AssemblyResource,
): readonly (Charge | Unpriced)[] {
  const launchType = properties.value('LaunchType') ?? strategy(properties);
  if (launchType !== 'FARGATE') return [{ reason: `launch type ${JSON.stringify(launchType)}` }];
  const task = referred(resource, 'TaskDefinition');
  if (task === undefined) return [{ reason: 'a task definition of another stack' }];
  const [cpu, memory] = [Number(task['Cpu']), Number(task['Memory'])];
  if (!(cpu > 0 && memory > 0)) return [{ reason: 'size of its tasks' }];
  const all = fewest(resource) ?? Number(properties.value('DesiredCount') ?? 1);
  if (!Number.isInteger(all)) return [{ reason: 'number of its tasks' }];
  const tasks = onDemand(properties, all);

  const platform = task['RuntimePlatform'];
  const architecture = isJsonObject(platform) ? platform['CpuArchitecture'] : undefined;
  const kind = architecture === 'ARM64' ? 'arm' : 'x86';
  const common = { service: 'Fargate', unit: 'hour' } as const;
  return [
    {
      ...common,
      item: `vCPU (${kind})`,
      quantity: (tasks * cpu) / UNITS_PER_VCPU,
      price: `fargate.${kind}.vcpuHour`,
    },
    {
      ...common,
      item: `GB of memory (${kind})`,
      quantity: (tasks * memory) / MIB_PER_GB,
      price: `fargate.${kind}.gbHour`,
    },
    ...(tasks < all ? [{ reason: `${all - tasks} tasks on Spot, whose price moves` }] : []),
  ];
}

/** Where tasks are shared among providers of capacity, the first is the one on demand. */
function strategy(properties: Properties): unknown {
  return properties.value('CapacityProviderStrategy', 0, 'CapacityProvider');
}

/** Of so many tasks those that are not on Spot: the base, and the others by weight. */
function onDemand(properties: Properties, all: number): number {
  const count = properties.count('CapacityProviderStrategy') ?? 0;
  if (count < 2) return all;
  const of = (index: number, name: string) =>
    Number(properties.value('CapacityProviderStrategy', index, name) ?? 0);
  const base = Math.min(of(0, 'Base'), all);
  const [own, other] = [of(0, 'Weight'), of(1, 'Weight')];
  return base + Math.ceil(((all - base) * own) / Math.max(own + other, 1));
}

type Raw = AssemblyResource['properties'];

/** Properties of the resource of the same stack to which a property refers. */
function referred({ properties, stack }: AssemblyResource, name: string): Raw | undefined {
  const value = properties[name];
  const id = isJsonObject(value) ? value['Ref'] : undefined;
  return typeof id === 'string' ? stack.resources.get(id)?.properties : undefined;
}

/** Where the service is scaled, the least that scaling leaves; its cluster may be named elsewhere. */
function fewest({ properties, stack }: AssemblyResource): number | undefined {
  const name = property(properties, 'ServiceName');
  for (const { type, properties: target } of stack.resources.values()) {
    if (type !== 'AWS::ApplicationAutoScaling::ScalableTarget') continue;
    const id = target['ResourceId'];
    const own = typeof id === 'string' && typeof name === 'string' && id.endsWith(`/${name}`);
    if (own) return Number(target['MinCapacity']);
  }
  return undefined;
}
