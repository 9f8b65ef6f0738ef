import { serverAt } from './databases';
import type { Fault } from './faults';
import { DrillRefused } from './refused';
import type { Scene } from './scene';
import { pause } from './scene';

/** So long the table is held each time, and then let go, in milliseconds. */
const HELD_MS = 400;
const LET_GO_MS = 10;
const ANSWER_MS = 5_000;

/**
 * The database of a shard takes writes in batches, 0.4 s apart, as one that has more to do than
 * its disk can: whoever writes waits for a lock on the table of articles. Reads go on.
 *
 * @throws DrillRefused where the Region has no such database
 */
export async function slowShard({ world, control, hit }: Scene, shard: string): Promise<Fault> {
  const { shards } = await control.read();
  const domain = shards[shard]?.domains['content'];
  const server = serverAt(world, hit, domain?.endpoints[hit]?.writer ?? '');
  if (domain === undefined || server === undefined) {
    throw new DrillRefused(`${hit} holds no articles of ${shard}`, 'drill the sample workload');
  }
  const connection = server.connect(domain.database, ANSWER_MS);
  let ended = false;
  const hold = async () => {
    while (!ended) {
      await connection.query('begin');
      await connection.query('lock table articles in share row exclusive mode');
      await pause(HELD_MS);
      await connection.query('commit');
      await pause(LET_GO_MS);
    }
  };
  return {
    strike: () => {
      if (ended) return;
      void hold()
        .catch(() => undefined)
        .finally(() => void connection.end());
    },
    end: () => {
      ended = true;
    },
  };
}
