import { BALANCER_HEALTH_SECONDS } from '../../../../config';
import type { FrontOptions } from './fronts';

/**
 * What aliases that evaluate their target's health see of load balancers: one is healthy while its
 * process lives, and for as long after as Route 53 takes to find out.
 */
export class BalancerHealth {
  private readonly deadSince = new Map<string, number>();

  public constructor(
    private readonly of: Pick<FrontOptions, 'regions' | 'supervisor' | 'timeScale'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Undefined where the key is no load balancer's. */
  public state(key: string): boolean | undefined {
    const { regions, supervisor, timeScale } = this.of;
    const region = regions.find(({ plan }) => plan.balancer.key === key);
    if (region === undefined) return undefined;
    if (!supervisor.isDead(region.gateway)) {
      this.deadSince.delete(key);
      return true;
    }
    const since = this.deadSince.get(key) ?? this.now();
    this.deadSince.set(key, since);
    return this.now() - since < (BALANCER_HEALTH_SECONDS * 1_000) / timeScale;
  }
}
