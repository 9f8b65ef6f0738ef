import type { Dependencies } from '../api/dependencies';
import { sweepDatabase, type Swept } from '../data/sweep';
import { refreshTrending } from '../data/trending';
import { DOMAINS } from '../platform/databases';
import { checkAll } from './check';
import { followAll } from './follow';
import { relayAll } from './relay';

/** What the scheduler asks for, by name. */
export const JOBS = ['relay', 'sweep', 'check', 'trending'] as const;
export type Job = (typeof JOBS)[number];

/** Does one job for the shards that are written in this Region. Each may be repeated at any time. */
export async function runJob(
  deps: Dependencies,
  job: Job,
): Promise<Readonly<Record<string, number>>> {
  if (job === 'relay') return { ...(await relayUntilEmpty(deps)), listed: await followAll(deps) };
  if (job === 'check') return { ...(await checkAll(deps)) };
  if (job === 'trending') return { refreshed: await refreshAll(deps) };
  return await sweep(deps);
}

/** The materialized views of each shard: how many. They are derived, so that no fence is asked. */
async function refreshAll(deps: Dependencies): Promise<number> {
  const { document } = await deps.topology.current();
  const own = Object.values(document.shards).filter(
    ({ home, state, domains }) =>
      home === deps.region && state === 'serving' && 'content' in domains,
  );
  for (const location of own)
    await refreshTrending(await deps.databases.patient(location, 'content'));
  return own.length;
}

/** What servers do all the time, for deployments that have none, and for when they fall behind. */
async function relayUntilEmpty(deps: Dependencies): Promise<{ readonly sent: number }> {
  for (let sent = 0; ;) {
    const more = await relayAll(deps);
    if (more === 0) return { sent };
    sent += more;
  }
}

async function sweep(deps: Dependencies): Promise<Swept> {
  const { document } = await deps.topology.current();
  const total = { idempotency: 0, events: 0, processed: 0 };
  for (const location of Object.values(document.shards)) {
    if (location.home !== deps.region || location.state !== 'serving') continue;
    for (const domain of DOMAINS.filter((name) => name in location.domains)) {
      const relayed = deps.events !== undefined;
      const swept = await sweepDatabase(
        await deps.databases.writer(location, domain),
        domain,
        relayed,
      );
      for (const name of ['idempotency', 'events', 'processed'] as const)
        total[name] += swept[name];
    }
  }
  return total;
}
