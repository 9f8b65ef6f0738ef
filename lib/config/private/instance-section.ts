import { INSTANCE_TYPES, instanceSize } from '../instance-types';
import type { Field, Rule } from './field';
import { number } from './rules';

const DEFAULT_TYPE = 'c7g.large';
const RATE = number((value) => value > 0, 'above 0');

/** Sizes of instances that servers and balancers may have. */
export const INSTANCE_TYPE: Rule<string> = {
  allowed: INSTANCE_TYPES,
  accepts: (value): value is string =>
    typeof value === 'string' && instanceSize(value) !== undefined,
};

/**
 * Type of the instances, and requests a second that one of them carries.
 *
 * @param perVcpu what a vCPU carries where nobody measured
 */
export function readInstances(
  at: (name: 'instanceType' | 'requestsPerSecond') => Field | undefined,
  perVcpu: number,
): { readonly instanceType: string; readonly requestsPerSecond: number } {
  const instanceType = at('instanceType')?.optional(INSTANCE_TYPE, DEFAULT_TYPE) ?? DEFAULT_TYPE;
  const assumed = perVcpu * (instanceSize(instanceType)?.vcpus ?? 1);
  const requestsPerSecond = at('requestsPerSecond')?.optional(RATE, assumed) ?? assumed;
  return { instanceType, requestsPerSecond };
}
