import { BalancerHealth } from '../../../../../lib/tools/twin/run/private/balancer-health';

type Of = ConstructorParameters<typeof BalancerHealth>[0];

test('a load balancer that is gone is found out after three checks, ten seconds apart', () => {
  let [now, dead] = [0, false];
  const regions = [{ plan: { balancer: { key: 'balancer' } }, gateway: {} }];
  const of = { regions, supervisor: { isDead: () => dead }, timeScale: 10 } as unknown as Of;
  const health = new BalancerHealth(of, () => now);
  expect([health.state('balancer'), health.state('another')]).toEqual([true, undefined]);
  dead = true;
  expect(health.state('balancer')).toBe(true);
  now = 2_999;
  expect(health.state('balancer')).toBe(true);
  now = 3_000;
  expect(health.state('balancer')).toBe(false);
  dead = false;
  expect(health.state('balancer')).toBe(true);
  dead = true;
  expect(health.state('balancer')).toBe(true);
});
