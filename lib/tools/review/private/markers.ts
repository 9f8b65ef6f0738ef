import type { Json, ResourceAttribute } from '../../assembly';
import { isJsonList, isJsonObject } from '../../assembly';

/**
 * Text that stands in evaluated properties where an attribute is only known after deployment. The
 * characters are of Unicode's private use area, which no template needs.
 */
const [START, SPLIT, END] = ['\uE000', '\uE001', '\uE002'];

/** Stands for a value that the assembly does not determine. */
export const UNKNOWN = '\uE003';

export interface Marked {
  /** Key of the resource. */
  readonly key: string;
  readonly attribute: string;
}

export function markerOf({ resource, attribute }: ResourceAttribute): string {
  return `${START}${resource}${SPLIT}${attribute}${END}`;
}

export function isUnknown(value: Json | undefined): boolean {
  return typeof value === 'string' && value.includes(UNKNOWN);
}

/** Every marker anywhere in a value. */
export function markersIn(value: Json | undefined): readonly Marked[] {
  if (typeof value === 'string') {
    if (!value.includes(START)) return [];
    return [...value.matchAll(/\uE000([^\uE001]*)\uE001([^\uE002]*)\uE002/g)].map(
      ([, key = '', attribute = '']) => ({ key, attribute }),
    );
  }
  if (isJsonList(value)) return value.flatMap(markersIn);
  return isJsonObject(value) ? Object.values(value).flatMap(markersIn) : [];
}

/** A value as a person reads it. */
export function shown(value: Json | undefined): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return text
    .replace(/\uE000([^\uE001]*)\uE001([^\uE002]*)\uE002/g, '$1.$2')
    .replaceAll(UNKNOWN, '(not known)');
}
