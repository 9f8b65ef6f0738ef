import type { Assembly, AssemblyResource } from '../../assembly';
import { NAMES } from '../rules';

/** The name that a template gives a resource; `undefined` where AWS generates it. */
export function physicalName(resource: AssemblyResource, assembly: Assembly): string | undefined {
  const parts = (NAMES[resource.type] ?? []).map((property) => {
    const value = resource.properties[property];
    if (value === undefined) return '';
    const resolved = assembly.resolve(value, resource);
    return resolved.kind === 'known' && typeof resolved.value === 'string'
      ? resolved.value
      : undefined;
  });
  if (parts.length === 0 || parts[0] === '' || parts.includes(undefined)) return undefined;
  return parts.filter((part) => part !== '').join(' ');
}
