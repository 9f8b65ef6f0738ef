import type { World } from './world';

/** Whether no answer of DNS leads to a Region. */
export function leftByDns(world: World, region: string): boolean {
  const { steering } = world.parts;
  return world.regions.every(({ viewer }) => steering.steer(world.origin.host, viewer) !== region);
}
