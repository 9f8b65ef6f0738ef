import { createContractHandler } from '../../../lambda/migrate/contract';
import { MIGRATIONS } from '../../../lambda/migrate/migrations';
import type { Migration } from '../../../lambda/migrate/migration';
import { choosePort } from '../../../lib/tools/twin/processes';
import { conform } from '../../conformance/conform';
import { eventually } from '../../support/processes';
import { overHttp } from '../support/client';
import { draft, joined, type LiveWorld, publish, startLiveWorld } from '../support/live';
import { type Parameters, startParameters } from '../support/parameters';
import { EXPANDED, GOODBYE, NEXT_MIGRATIONS, type Release, Releases } from '../support/releases';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

jest.setTimeout(120_000);

/** Where the code of a Region says which schemas it knows. */
const PARAMETER = '/meridian/schema/service';
/** The cases of the contract that write, change, find, list or delete rows of the migrated table. */
const CASES = [
  'posts: 201, read by anybody at once',
  'changes one field, the others stay; a new title gives a new slug',
  'refuses blank fields: 422; no token: 401; another’s article: 403',
  'deletes: 204, gone from every list at once',
  'lists newest first, without bodies, by author',
  'filters by author and tag together, by favorited, and by all three',
  'holds those who are followed, newest first, at once and no longer than they are',
  'counts once for each user, is repeatable and taken back, seen by all at once',
  'an article is found by its words at once, by anybody, and not after it is gone',
];

let world: LiveWorld;
let parameters: Parameters;
let releases: Releases;
/** As the world's Regions, but at the addresses of the processes. */
let home: RegionOfTest;
let away: RegionOfTest;

beforeAll(async () => {
  [world, parameters, releases] = await Promise.all([
    startLiveWorld(),
    startParameters(),
    Releases.build(),
  ]);
  const peers: Record<string, string> = {};
  for (const region of [HOME, AWAY])
    peers[region] = `http://127.0.0.1:${await choosePort('127.0.0.1', 0)}`;
  [home, away] = [world.home, world.away].map((region) => ({
    ...region,
    url: peers[region.settings.region]!,
    settings: { ...region.settings, peers },
  })) as [RegionOfTest, RegionOfTest];
  await world.cluster.delayStandby(50);
}, 60_000);

afterAll(async () => {
  await releases.stop();
  await parameters.stop();
  await world.stop();
}, 30_000);

/** Which release each Region runs; its deployment says so when the last old server has gone. */
async function runs(here: Release, there: Release): Promise<void> {
  const known = { this: lastOf(MIGRATIONS), next: lastOf(NEXT_MIGRATIONS) };
  await Promise.all([releases.run(here, home.settings), releases.run(there, away.settings)]);
  parameters.values.set(HOME + PARAMETER, known[here]);
  parameters.values.set(AWAY + PARAMETER, known[there]);
}

/** What a release's code knows, as its bundle says it. */
function lastOf(histories: Readonly<Record<string, readonly Migration[]>>): string {
  const last = Object.entries(histories).map(([domain, history]) => [domain, history.length]);
  return JSON.stringify(Object.fromEntries(last));
}

/** What the next release's migration function does at home, where the shard is written. */
async function migrateToNext() {
  const { aws, ...settings } = home.settings;
  return await createContractHandler(
    {
      ...settings,
      aws: { ...aws, endpoints: { ...aws.endpoints, ssm: parameters.url } },
      running: { regions: [HOME, AWAY], parameters: [PARAMETER] },
    },
    NEXT_MIGRATIONS,
    () => undefined,
  )({ contract: true });
}

/** What of the contract does not hold in either Region. */
async function broken() {
  const reports = await Promise.all(
    [home, away].map(({ url }) =>
      conform({ urls: [new URL(url)], concurrency: 3, isWanted: (name) => CASES.includes(name) }),
    ),
  );
  for (const { cases } of reports) expect(cases).toHaveLength(CASES.length);
  return reports.flatMap(({ cases }) => cases.filter(({ passed }) => !passed));
}

/** An article of one Region is found, read and changed in the other, by what it is about. */
async function passesOn(from: RegionOfTest, to: RegionOfTest): Promise<void> {
  const { username, authorization } = await joined(overHttp, from);
  const article = draft({ description: `About ${username}` });
  const posted = await overHttp(from, 'POST', '/api/articles', { article }, { authorization });
  expect(posted.status).toBe(201);
  const path = `/api/articles/${posted.body.article.slug}`;
  // What another Region wrote is waited for: its standby follows.
  const untilRead = async (region: RegionOfTest, description: string) => {
    const read = await eventually(
      () => overHttp(region, 'GET', path, undefined, { authorization }),
      ({ status, body }) => status === 200 && JSON.stringify(body).includes(`"${description}"`),
      20_000,
    );
    expect(read.body.article).toMatchObject({ description });
  };
  await untilRead(to, `About ${username}`);
  const changed = { article: { description: `Not about ${username}` } };
  expect((await overHttp(to, 'PUT', path, changed, { authorization })).status).toBe(200);
  await untilRead(from, `Not about ${username}`);
}

const held = (region: string) => [
  `s0.content: ${GOODBYE.version} ${GOODBYE.name} ` +
    `(${region}: ${PARAMETER} knows content up to ${MIGRATIONS.content?.length})`,
];

test('the next release expands the schema, and its contract step waits for the Region that runs this one', async () => {
  await runs('next', 'this');
  expect(await migrateToNext()).toEqual({
    applied: EXPANDED.map(({ version, name }) => `s0.content: ${version} ${name}`),
    held: held(AWAY),
  });
});

test('the contract passes in both Regions, the next release where is written and this one elsewhere', async () => {
  expect(await broken()).toEqual([]);
  await passesOn(home, away);
  await passesOn(away, home);
});

test('so it does the other way round, and the step waits for the other Region', async () => {
  await runs('this', 'next');
  expect(await migrateToNext()).toEqual({ applied: [], held: held(HOME) });
  expect(await broken()).toEqual([]);
  await passesOn(home, away);
  await passesOn(away, home);
});

test('a Region that does not say what it runs is waited for as well', async () => {
  parameters.values.delete(AWAY + PARAMETER);
  parameters.values.set(HOME + PARAMETER, lastOf(NEXT_MIGRATIONS));
  const answer = await migrateToNext();
  expect(answer.applied).toEqual([]);
  expect(answer.held).toEqual([expect.stringContaining(`${AWAY}: ${PARAMETER} is unknown`)]);
});

test('once this release has gone the step is taken and the contract passes; this release would fail now', async () => {
  await runs('next', 'next');
  expect(await migrateToNext()).toEqual({
    applied: [`s0.content: ${GOODBYE.version} ${GOODBYE.name}`],
    held: [],
  });
  expect(await broken()).toEqual([]);
  const { authorization } = await joined(overHttp, home);
  const post = () => publish(overHttp, home, { authorization });
  expect((await post()).status).toBe(201);
  await releases.run('this', home.settings);
  expect((await post()).status).toBe(500);
});
