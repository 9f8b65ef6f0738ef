import type { Assembly, AssemblyResource, Json } from '../../assembly';
import { isJsonList, isJsonObject, property } from '../../assembly';
import type { Properties } from './charges';

/** Reads the properties of a resource through what the assembly determines of them. */
export function propertiesOf(resource: AssemblyResource, assembly: Assembly): Properties {
  const resolved = (raw: Json | undefined): unknown => {
    if (raw === undefined) return undefined;
    const resolution = assembly.resolve(raw, resource);
    const value = resolution.kind === 'unknown' ? undefined : resolution.value;
    return value ?? undefined;
  };
  return {
    value: (...path) => resolved(path.reduce(step, resource.properties)),
    count: (name) => {
      const raw = property(resource.properties, name);
      if (raw === undefined) return 0;
      const list = isJsonList(raw) ? raw : resolved(raw);
      return Array.isArray(list) ? list.length : undefined;
    },
  };
}

function step(value: Json | undefined, part: string | number): Json | undefined {
  if (isJsonList(value)) return typeof part === 'number' ? value[part] : undefined;
  return isJsonObject(value) ? property(value, String(part)) : undefined;
}
