import { SEED_PASSWORD } from '../../../lambda/seed';
import { unavailable } from '../../../lambda/platform/errors';
import { overHttp } from '../support/client';
import { type Listening, overSse, until } from '../support/listen';
import { draft } from '../support/live';
import {
  AMERICA,
  EUROPE,
  PACIFIC,
  REGIONS,
  type RegionName,
  type ShardedWorld,
  startShardedWorld,
} from '../support/sharded';

jest.setTimeout(60_000);

const SIZE = { users: 20, articles: 20, follows: 10, favorites: 10 };
/** Of a shard of Europe, which the Pacific has a copy of and America has not. */
const EUROPEAN = 1;
/** Of a shard of America, which the Pacific has no copy of. */
const AMERICAN = 4;

let world: ShardedWorld;

beforeAll(async () => {
  world = await startShardedWorld({ size: SIZE, behindMs: 100, live: true });
}, 120_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

const serverIn = (region: RegionName) => world.servers[region][0]!;

/** A session of one of the seed's users, believed in every Region while it is new. */
async function enter(n: number, region: RegionName = EUROPE): Promise<string> {
  const user = { email: `seed-${n}@seed.example.com`, password: SEED_PASSWORD };
  const answer = await overHttp(serverIn(region), 'POST', '/api/users/login', { user });
  expect(answer.status).toBe(200);
  return `Token ${answer.body.user.token}`;
}

async function post(n: number, title: string): Promise<void> {
  const headers = { authorization: await enter(n) };
  const article = draft({ title });
  const answer = await overHttp(serverIn(EUROPE), 'POST', '/api/articles', { article }, headers);
  expect(answer.status).toBe(201);
}

async function follow(reader: number, author: number, method = 'POST'): Promise<void> {
  const headers = { authorization: await enter(reader) };
  const path = `/api/profiles/seed-${author}/follow`;
  const answer = await overHttp(serverIn(EUROPE), method, path, undefined, headers);
  expect(answer.status).toBe(200);
}

test('is told in every Region, whichever shards it has copies of, and goes on in another where it was left', async () => {
  const reader = 3;
  await follow(reader, EUROPEAN);
  await follow(reader, AMERICAN);
  // Longer than the reader of any Region is behind.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const all: Listening[] = [];
  for (const region of REGIONS)
    all.push(await overSse(serverIn(region), await enter(reader, region)));
  await post(EUROPEAN, 'Of Europe');
  await post(AMERICAN, 'Of America');
  await until(() => all.every(({ titles }) => titles.length >= 2));
  for (const { titles } of all) expect([...titles].sort()).toEqual(['Of America', 'Of Europe']);
  // Whom one follows, or no longer, is known here as well.
  await follow(reader, EUROPEAN, 'DELETE');
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await post(EUROPEAN, 'Unheard');
  await post(AMERICAN, 'Heard');
  await until(() => all.every(({ titles }) => titles.length >= 3));
  for (const { titles } of all) expect(titles[2]).toBe('Heard');
  for (const one of all) one.stop();
  await post(AMERICAN, 'Missed');
  for (const [n, region] of ([AMERICA, PACIFIC, EUROPE] as const).entries()) {
    const again = await overSse(serverIn(region), await enter(reader, region), all[n]!.cursor);
    await until(() => again.titles.length >= 1);
    expect(again.titles).toEqual(['Missed']);
    again.stop();
  }
});

test('of a Region that does not answer nothing is told, and all of it once it does; the others are', async () => {
  const reader = 2;
  await follow(reader, EUROPEAN);
  await follow(reader, AMERICAN);
  const before = await overSse(serverIn(EUROPE), await enter(reader));
  await post(AMERICAN, 'Before');
  await until(() => before.titles.length >= 1);
  before.stop();
  const { remoteReads } = serverIn(PACIFIC).deps;
  // Nobody listens there any more, so that it begins anew.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const gone = jest
    .spyOn(remoteReads, 'read')
    .mockRejectedValue(unavailable('region', 'does not answer'));
  const here = await overSse(serverIn(PACIFIC), await enter(reader, PACIFIC), before.cursor);
  await post(AMERICAN, 'Missed');
  await post(EUROPEAN, 'Meanwhile');
  await until(() => here.titles.length >= 1);
  expect(here.titles).toEqual(['Meanwhile']);
  // Whoever leaves now has lost nothing.
  const { cursor } = here;
  gone.mockRestore();
  await until(() => here.titles.length >= 2);
  await post(AMERICAN, 'Later');
  await until(() => here.titles.length >= 3);
  expect(here.titles).toEqual(['Meanwhile', 'Missed', 'Later']);
  here.stop();
  const elsewhere = await overSse(serverIn(AMERICA), await enter(reader, AMERICA), cursor);
  expect(elsewhere.titles).toEqual(['Missed', 'Later']);
  elsewhere.stop();
});
