import { unavailable } from '../../../lambda/platform/errors';
import { overHttp } from '../support/client';
import { type Listening, overSse, until } from '../support/listen';
import { enter, publish } from '../support/live';
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

/** @param from where what was heard before ended */
async function listen(reader: number, region: RegionName, from?: string): Promise<Listening> {
  const at = serverIn(region);
  const { authorization } = await enter(at, reader);
  return await overSse(at, authorization, from);
}

async function post(n: number, title: string): Promise<void> {
  const at = serverIn(EUROPE);
  const answer = await publish(overHttp, at, await enter(at, n), { title });
  expect(answer.status).toBe(201);
}

async function follow(reader: number, author: number, method = 'POST'): Promise<void> {
  const at = serverIn(EUROPE);
  const path = `/api/profiles/seed-${author}/follow`;
  const answer = await overHttp(at, method, path, undefined, await enter(at, reader));
  expect(answer.status).toBe(200);
}

test('is told in every Region, whichever shards it has copies of, and goes on in another where it was left', async () => {
  const reader = 3;
  await follow(reader, EUROPEAN);
  await follow(reader, AMERICAN);
  // Longer than the reader of any Region is behind.
  await new Promise((resolve) => setTimeout(resolve, 500));
  const all: Listening[] = [];
  for (const region of REGIONS) all.push(await listen(reader, region));
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
    const again = await listen(reader, region, all[n]!.cursor);
    await until(() => again.titles.length >= 1);
    expect(again.titles).toEqual(['Missed']);
    again.stop();
  }
});

test('of a Region that does not answer nothing is told, and all of it once it does; the others are', async () => {
  const reader = 2;
  await follow(reader, EUROPEAN);
  await follow(reader, AMERICAN);
  const before = await listen(reader, EUROPE);
  await post(AMERICAN, 'Before');
  await until(() => before.titles.length >= 1);
  before.stop();
  const { remoteReads } = serverIn(PACIFIC).deps;
  // Nobody listens there any more, so that it begins anew.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const gone = jest
    .spyOn(remoteReads, 'read')
    .mockRejectedValue(unavailable('region', 'does not answer'));
  const here = await listen(reader, PACIFIC, before.cursor);
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
  const elsewhere = await listen(reader, AMERICA, cursor);
  expect(elsewhere.titles).toEqual(['Missed', 'Later']);
  elsewhere.stop();
});
