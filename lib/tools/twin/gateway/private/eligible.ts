import type { ServerGroupConfig } from '..';

/** A target as routing sees it. */
export interface Routed {
  readonly healthy: boolean;
}

/**
 * The targets that get requests: the healthy ones; all, where fewer are healthy than the group wants.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-health
 */
export function eligible<T extends Routed>(
  targets: readonly T[],
  { count, percentage }: ServerGroupConfig['minimumHealthy'],
): readonly T[] {
  const healthy = targets.filter((target) => target.healthy);
  const enough = healthy.length >= count && healthy.length * 100 >= percentage * targets.length;
  return enough ? healthy : targets;
}

/** Whether a status is among those of a matcher such as `200` or `200-299,301`. */
export function matches(statuses: string, status: number): boolean {
  return statuses.split(',').some((range) => {
    const [first = '', last = first] = range.trim().split('-');
    return status >= Number(first) && status <= Number(last);
  });
}
