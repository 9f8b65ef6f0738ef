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
  const launchType = properties.value('LaunchType');
  if (launchType !== 'FARGATE') return [{ reason: `launch type ${JSON.stringify(launchType)}` }];
  const task = referred(resource, 'TaskDefinition');
  if (task === undefined) return [{ reason: 'a task definition of another stack' }];
  const [cpu, memory] = [Number(task['Cpu']), Number(task['Memory'])];
  if (!(cpu > 0 && memory > 0)) return [{ reason: 'size of its tasks' }];
  const tasks = fewest(resource) ?? Number(properties.value('DesiredCount') ?? 1);
  if (!Number.isInteger(tasks)) return [{ reason: 'number of its tasks' }];

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
  ];
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
