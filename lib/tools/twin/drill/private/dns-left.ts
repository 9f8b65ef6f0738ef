import type { World } from './world';
import { regionOf } from './world';

/** Whether no answer of DNS leads to a Region. */
export function leftByDns(world: World, region: string): boolean {
  const { steering } = world.parts;
  return world.regions.every(({ viewer }) => steering.steer(world.origin.host, viewer) !== region);
}

/** Whether DNS leads users near a Region to it. */
export function isLedHome(world: World, region: string): boolean {
  const { steering } = world.parts;
  return steering.steer(world.origin.host, regionOf(world, region).viewer) === region;
}
