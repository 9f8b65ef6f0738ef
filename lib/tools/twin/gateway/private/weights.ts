import type { WeightedGroup } from '..';

/**
 * The group that gets a request, each as often as its weight says; a group without a healthy target
 * keeps its share, as at AWS.
 *
 * @param chance from 0 to below 1
 * @returns undefined where every weight is 0
 */
export function chooseGroup(
  groups: readonly WeightedGroup[],
  chance: number = Math.random(),
): string | undefined {
  const total = groups.reduce((sum, { weight }) => sum + weight, 0);
  let left = chance * total;
  return groups.find(({ weight }) => (left -= weight) < 0)?.targetGroup;
}
