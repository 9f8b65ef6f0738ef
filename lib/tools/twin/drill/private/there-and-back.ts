import type { CarriedOn, Expected } from '../model';
import { expectation } from './carried-on';
import { DrillRefused } from './refused';
import type { Scene } from './scene';

/** Of what a move takes beyond one lease: catching up, an orderly end, promotion, retries. */
const BEYOND_LEASE_MS = 15_000;

/** A Region that does not write yet. @throws DrillRefused where there is none */
export function anotherRegion({ world, hit }: Scene): string {
  const other = world.regions.find(({ name }) => name !== hit)?.name;
  if (other === undefined) throw new DrillRefused('there is one Region', 'drill several');
  return other;
}

/**
 * Waits until something has been done near every Region.
 *
 * @param first when it was first done near a Region
 * @returns when the last of them had it; now, where some still have not
 */
export async function doneEverywhere(
  scene: Scene,
  first: (region: string) => number | undefined,
  missing: string,
): Promise<number> {
  const names = scene.world.regions.map(({ name }) => name);
  const all = () => names.every((name) => first(name) !== undefined);
  if (!(await scene.until(0, all))) scene.timeline.say('missing', missing);
  return Math.max(...names.map((name) => first(name) ?? performance.now()));
}

/** Of both ways, by the measures `thereMs`, `backMs` and `leaseMs`. @param what users do again */
export function withinALease(what: string): readonly Expected<CarriedOn>[] {
  return (['thereMs', 'backMs'] as const).map((name) =>
    expectation(
      `${what} within one lease and 15 s (${name})`,
      ({ measured: { [name]: took = Infinity, leaseMs = 0 } }) => [
        took <= leaseMs + BEYOND_LEASE_MS,
        `${took} ms, a lease is ${leaseMs} ms`,
      ],
    ),
  );
}
