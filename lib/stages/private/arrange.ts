import type { Stack } from 'aws-cdk-lib';
import type { Deployment, RegionName } from '../../config';

/** One of a kind in each serving Region. */
export function byRegion<T>(
  { regions }: Pick<Deployment, 'regions'>,
  make: (region: Deployment['regions'][number]) => T,
): ReadonlyMap<RegionName, T> {
  return new Map(regions.map((region) => [region.name, make(region)]));
}

/** @throws RangeError for a Region that does not serve */
export function of<T>(stacks: ReadonlyMap<RegionName, T>, region: RegionName): T {
  const stack = stacks.get(region);
  if (stack === undefined) throw new RangeError(`\`region\` must be a serving one, got: ${region}`);
  return stack;
}

/** Declares that a stack is deployed after others. */
export function after(stack: Stack, needs: readonly Stack[]): void {
  for (const need of needs) stack.addStackDependency(need);
}
