import type { GrowthStage } from '../declaration';
import type { Server } from '../deployment';
import type { Properties } from './field';
import { integer, number, text } from './rules';

const INSTANCE_TYPE = text(
  /^(t4g\.(small|medium|large|2?xlarge)|[cmr][678]gd?\.(medium|large|(2|4|8|12|16|24|48)?xlarge))$/,
  'a Graviton class of 2 GiB or more: t4g, c6g, m6g, r6g and their successors, such as "t4g.small"',
);
/** What the lifecycle manager takes. */
const HOURS = [1, 2, 3, 4, 6, 8, 12, 24];
const EVERY = number((value) => HOURS.includes(value), `of hours: ${HOURS.join(', ')}`);

const SERVER = [
  'instanceType',
  'volumeGiB',
  'volumeIops',
  'volumeMiBPerSecond',
  'snapshotEveryHours',
  'snapshotsKept',
];
/** What one server has not, whatever is said of it. */
const LATER: readonly (readonly [name: string, why: string])[] = [
  ['stores', 'its one PostgreSQL holds every domain'],
  ['shards', 'its one PostgreSQL holds every user'],
  ['edge', 'its one address is all there is'],
  ['routing', 'there is nothing to choose among'],
  ['delegations', 'they come with the load balancer'],
];

/** The one server, at the stage that has it. */
export function readServer(at: Properties, stage: GrowthStage): Server | undefined {
  const field = at('server');
  if (stage !== 'single-server') {
    if (field.present) field.reject(`nothing (at stage ${stage}), or stage single-server`);
    return undefined;
  }
  for (const [name, why] of LATER) {
    if (at(name).present) at(name).reject(`nothing (at stage single-server): ${why}`);
  }
  const cache = at('cache');
  if (cache.present && cache.value !== false) cache.reject('false (at stage single-server)');
  return serverOf(field.present ? field.properties(SERVER) : undefined);
}

function serverOf(at: Properties | undefined): Server {
  const count = (name: string, least: number, most: number, byDefault: number): number =>
    at?.(name).optional(integer(least, most), byDefault) ?? byDefault;
  const iops = count('volumeIops', 3000, 16_000, 3000);
  const mibPerSecond = count('volumeMiBPerSecond', 125, 1000, 125);
  // A quarter of a MiB for each operation is what the volume type allows.
  if (mibPerSecond > iops / 4) {
    at?.('volumeMiBPerSecond').reject(`at most ${iops / 4} with ${iops} operations a second`);
  }
  return {
    instanceType: at?.('instanceType').optional(INSTANCE_TYPE, 't4g.small') ?? 't4g.small',
    volume: { gib: count('volumeGiB', 8, 16_384, 40), iops, mibPerSecond },
    snapshots: {
      everyHours: at?.('snapshotEveryHours').optional(EVERY, 6) ?? 6,
      kept: count('snapshotsKept', 1, 1000, 56),
    },
  };
}
