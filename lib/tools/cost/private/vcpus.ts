import { databaseMemory } from '../../../config';

/** Of the memory-optimized classes that clusters here have. */
const BYTES_PER_VCPU = 8 * 1024 ** 3;

/** `undefined` for a class of another kind, whose size is not known here. */
export function vcpusOf(instanceClass: string): number | undefined {
  try {
    return databaseMemory(instanceClass) / BYTES_PER_VCPU;
  } catch {
    return undefined;
  }
}
