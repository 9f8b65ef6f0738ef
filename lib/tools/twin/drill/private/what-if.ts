import type { Drill, Expected, FailoverDrill, WhatIf } from '../model';
import { losesNothing } from './carried-on';
import { carriesTheLoad, isAFault } from './expectations';
import { DrillRefused } from './refused';
import type { Scene } from './scene';
import { until } from './until';
import { regionOf } from './world';

/** Until the standbys confirm what is written, in milliseconds. */
const CONFIRM_MS = 15_000;
const ANSWER_MS = 5_000;

/** Not how the engine of the templates replicates between Regions: a result is no evidence. */
export const SYNC: WhatIf = { replication: 'sync', evidence: false };

/** @throws DrillRefused where no other Region would take over */
export function mayBeSync(drill: Drill): void {
  if (drill.flow === 'failover') return;
  const remedy =
    'ask for --what-if of region-killed, region-frozen, databases-lost or regions-partitioned';
  throw new DrillRefused(`${drill.name} fails nothing over to another Region`, remedy);
}

/**
 * Nothing is lost where a second Region has confirmed it, and the fault cannot be told by what is. What it
 * costs is told and not judged: each write waits for the way there and back, and fewer are done.
 */
export function expectationsOf(
  { expectations }: FailoverDrill,
  whatIf: WhatIf | undefined,
): readonly Expected[] {
  if (whatIf === undefined) return expectations;
  return expectations
    .filter((it) => it !== carriesTheLoad)
    .map((it): Expected => (it === isAFault ? losesNothing : it));
}

/**
 * From now on the writers of the Region that is going to be hit acknowledge what another Region has
 * confirmed, a way there and back later.
 *
 * @throws DrillRefused where no standby confirms
 */
export async function confirmElsewhere({ world, hit, timeline }: Scene): Promise<void> {
  const all = world.regions.flatMap(({ databases }) => databases);
  for (const writer of regionOf(world, hit).databases) {
    const connection = writer.connect('postgres', ANSWER_MS);
    try {
      const names = all
        .filter(({ of }) => of.group === writer.of.group && of.region !== hit)
        .map(({ of }) => `"${of.identifier}"`);
      const [state] = await connection.query<{ recovering: boolean }>(
        'select pg_is_in_recovery() as recovering',
      );
      if (state?.recovering !== false || names.length === 0) continue;
      await connection.query(
        `alter system set synchronous_standby_names = 'ANY 1 (${names.join(', ')})'`,
      );
      await connection.query('select pg_reload_conf()');
      const confirmed = async () => {
        const rows = await connection.query(
          `select 1 from pg_stat_replication where sync_state = 'quorum'`,
        );
        return rows.length > 0;
      };
      if (!(await until(CONFIRM_MS, confirmed)))
        throw new DrillRefused(`no standby confirms ${writer.label}`, 'run the drill again');
    } finally {
      await connection.end();
    }
  }
  timeline.say('what-if', 'what if: each write is confirmed by another Region; no evidence');
}
