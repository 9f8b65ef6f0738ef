import { SEED_PASSWORD } from '../../../lambda/seed';
import { type Client, overHttp, type Served } from './client';
import { AWAY, HOME, type RegionOfTest, startWorld, type World, type WorldOptions } from './world';

/** How late the standby replays. */
export const LAG_MS = 400;

/** A migrated world under replication: a late standby, a directory that follows. */
export interface LiveWorld extends World {
  readonly home: RegionOfTest;
  readonly away: RegionOfTest;
}

export async function startLiveWorld(options: WorldOptions = {}): Promise<LiveWorld> {
  const world = await startWorld(options);
  await Promise.all(
    [HOME, AWAY].map((region) =>
      world.migrator(region)({
        RequestType: 'Create',
        ResourceProperties: world.properties(region),
      }),
    ),
  );
  await world.cluster.delayStandby(LAG_MS);
  let replicating = true;
  /** A global table's replication, one way: the directory is written at home only. */
  const replicate = async () => {
    while (replicating) {
      await world.aws.replicate(`directory-${HOME}`, `directory-${AWAY}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const replication = replicate();
  return {
    ...world,
    home: world.regions[HOME]!,
    away: world.regions[AWAY]!,
    stop: async () => {
      replicating = false;
      await replication;
      await world.stop();
    },
  };
}

let serial = 0;

/** A new user's fields; the serial number keeps tests apart. */
export function person() {
  serial += 1;
  const username = `jane${serial}`;
  return { username, email: `${username}@example.com`, password: 'correct horse' };
}

export function draft(fields: object = {}) {
  return { title: 'How to train', description: 'Of dragons', body: 'With care.', ...fields };
}

/** Publishes an article, whatever comes of it. */
export function publish(
  client: Client,
  region: Served,
  headers: Readonly<Record<string, string>>,
  fields: object = {},
) {
  return client(region, 'POST', '/api/articles', { article: draft(fields) }, headers);
}

/** A session of one of the seed's users, believed in every Region while it is new. */
export async function enter(at: Served, n: number) {
  const user = { email: `seed-${n}@seed.example.com`, password: SEED_PASSWORD };
  const answer = await overHttp(at, 'POST', '/api/users/login', { user });
  expect(answer.status).toBe(200);
  return { authorization: `Token ${answer.body.user.token}` };
}

export async function joined(client: Client, region: Served) {
  const user = person();
  const answer = await client(region, 'POST', '/api/users', { user });
  expect(answer.status).toBe(201);
  const { token } = answer.body.user;
  return { ...user, token, authorization: `Token ${token}` };
}
