import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsApi } from '../../../lambda/platform/aws';
import { DraftTable, KEPT_DAYS, MOST_DRAFTS } from '../../../lambda/platform/drafts';
import { Table } from '../../../lambda/platform/dynamodb';
import { choosePort } from '../../../lib/tools/twin/processes';
import { startTables, type TablesConfig } from '../../../lib/tools/twin/tables';
import { type Endpoint, startEndpoint } from '../support/endpoint';
import { Running } from '../support/running';

const REGIONS = ['eu-central-1', 'us-east-2'] as const;
const [EUROPE, AMERICA] = REGIONS;
const HERE = '127.0.0.1';
const running = new Running();
/** By Region, what leads to its tables for the other one: the line that a partition cuts. */
const lines: Record<string, Endpoint> = {};
const drafts: Record<string, DraftTable> = {};
const ports: Record<string, number> = {};
const tables: Record<string, Table> = {};

/** The global table of drafts in two Regions, as the twin replicates it. */
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'meridian-drafts-'));
  running.push(() => rm(directory, { recursive: true }));
  for (const region of REGIONS) {
    ports[region] = await choosePort(HERE, 0);
    lines[region] = await startEndpoint({ address: HERE, port: ports[region] });
    running.push(() => {
      lines[region]!.close();
    });
  }
  for (const region of REGIONS) {
    const port = ports[region]!;
    const peers = REGIONS.filter((peer) => peer !== region);
    const config: TablesConfig = {
      ...{ region, account: '123456789012', address: HERE, port, buckets: directory, token: 't' },
      ...{ strong: {}, secrets: {} },
      tables: [
        {
          name: 'drafts',
          keySchema: [
            { AttributeName: 'userId', KeyType: 'HASH' },
            { AttributeName: 'revision', KeyType: 'RANGE' },
          ],
          attributes: ['userId', 'revision'].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S' as const,
          })),
          indexes: [],
          replicas: Object.fromEntries(
            peers.map((peer) => [peer, `http://${lines[peer]!.address}`]),
          ),
        },
      ],
    };
    await running.add(startTables(config), (it) => it.close());
    const api = new AwsApi({
      credentials: () => Promise.resolve({ accessKeyId: 'local', secretAccessKey: 'local' }),
      endpoints: { dynamodb: `http://${HERE}:${port}` },
    });
    tables[region] = new Table(api, region, 'drafts');
    drafts[region] = new DraftTable(tables[region], region);
  }
}, 30_000);
afterAll(() => running.stop());

const cut = () => {
  for (const line of Object.values(lines)) line.lead({ address: HERE, port: 1 });
};
const heal = () => {
  for (const region of REGIONS) lines[region]!.lead({ address: HERE, port: ports[region]! });
};
const text = (body: string) => ({ title: 'On partitions', description: '', body, tagList: [] });

/** What each Region shows of a draft, without what differs for no reason. */
const shown = (user: string, region: string) =>
  drafts[region]!.find(user, 'one').then((draft) => ({
    body: draft?.document.body,
    conflicts: draft?.conflicts.map(({ id }) => id),
  }));
async function eventually<T>(read: () => Promise<T>, check: (value: T) => boolean): Promise<T> {
  for (const until = Date.now() + 15_000; ;) {
    const value = await read();
    if (check(value) || Date.now() > until) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const bothShow = async (user: string, body: string) => {
  const found = await eventually(
    () => Promise.all(REGIONS.map((region) => shown(user, region))),
    ([one, other]) => one!.body === body && JSON.stringify(one) === JSON.stringify(other),
  );
  expect(found[0]!.body).toBe(body);
  expect(found[1]).toEqual(found[0]);
  return found[0]!;
};

describe('a draft that two Regions write while they do not hear of each other', () => {
  test('is the same in both afterwards, the loser stands beside it, and joining ends that', async () => {
    await drafts[EUROPE]!.write('1', 'one', text('the first'));
    await bothShow('1', 'the first');
    cut();
    await drafts[EUROPE]!.write('1', 'one', text('of Europe'));
    await drafts[AMERICA]!.write('1', 'one', text('of America'));
    await drafts[AMERICA]!.write('1', 'one', text('of America, longer'));
    expect([await shown('1', EUROPE), await shown('1', AMERICA)]).toEqual([
      { body: 'of Europe', conflicts: [] },
      { body: 'of America, longer', conflicts: [] },
    ]);
    heal();
    // Two revisions are a longer history than one.
    await eventually(
      () => shown('1', EUROPE),
      ({ conflicts }) => conflicts?.length === 1,
    );
    const { conflicts } = await bothShow('1', 'of America, longer');
    expect(conflicts).toHaveLength(1);
    for (const region of REGIONS)
      expect((await drafts[region]!.document('1', 'one', conflicts![0]!))?.body).toBe('of Europe');
    // Every text that was ever written can be read in both.
    for (const region of REGIONS) {
      const { all } = await drafts[region]!.revisions('1', 'one');
      const bodies = await Promise.all(
        all.map(async ({ id }) => (await drafts[region]!.document('1', 'one', id))?.body),
      );
      expect(bodies.sort()).toEqual(['of America', 'of America, longer', 'of Europe', 'the first']);
    }
    const { winner } = await drafts[EUROPE]!.revisions('1', 'one');
    await drafts[EUROPE]!.write('1', 'one', text('of both'), [winner!.id, ...conflicts!]);
    expect(await bothShow('1', 'of both')).toMatchObject({ conflicts: [] });
  }, 60_000);

  test('is an edit where the other one deleted it, and lists say so', async () => {
    await drafts[EUROPE]!.write('2', 'one', text('the first'));
    await bothShow('2', 'the first');
    cut();
    expect(await drafts[EUROPE]!.end('2', 'one')).toBe(true);
    expect(await drafts[EUROPE]!.list('2')).toEqual([]);
    await drafts[AMERICA]!.write('2', 'one', text('still wanted'));
    heal();
    await bothShow('2', 'still wanted');
    for (const region of REGIONS)
      expect((await drafts[region]!.list('2')).map(({ shown: { title } }) => title)).toEqual([
        'On partitions',
      ]);
  }, 60_000);
});

test('only the newest revisions are kept, and what has ended is gone after its days', async () => {
  const most = 5;
  const few = new DraftTable(tables[EUROPE]!, EUROPE, Date.now, most);
  for (let n = 1; n <= most + 3; n += 1) await few.write('3', 'one', text(`version ${n}`));
  const { all, conflicts } = await drafts[EUROPE]!.revisions('3', 'one');
  expect([all.length, conflicts]).toEqual([most, []]);
  const oldest = await drafts[EUROPE]!.document('3', 'one', all.at(-1)!.id);
  expect(oldest?.body).toBe('version 4');
  await drafts[EUROPE]!.end('3', 'one', 'a-slug');
  expect(await drafts[EUROPE]!.find('3', 'one')).toBeUndefined();
  const { winner } = await drafts[EUROPE]!.revisions('3', 'one');
  expect(winner).toMatchObject({ deleted: true, slug: 'a-slug' });
  const later = (days: number) =>
    new DraftTable(tables[EUROPE]!, EUROPE, () => Date.now() + days * 24 * 3_600_000);
  const known = async (days: number) => (await later(days).revisions('3', 'one')).all.length;
  expect([
    await known(KEPT_DAYS - 1),
    await known(KEPT_DAYS + 1),
    await known(2 * KEPT_DAYS + 1),
  ]).toEqual([most + 1, 1, 0]);
}, 60_000);

test('a write asks the table once, and gives what is shown then', async () => {
  const asks = [jest.spyOn(tables[EUROPE]!, 'query'), jest.spyOn(tables[EUROPE]!, 'get')] as const;
  const one = new DraftTable(tables[EUROPE]!, EUROPE);
  await one.write('4', 'one', text('first'));
  const [query, get] = asks;
  const draft = await one.write('4', 'one', text('second'));
  expect([query.mock.calls.length, get.mock.calls.length]).toEqual([2, 0]);
  jest.restoreAllMocks();
  expect(draft).toEqual(await one.find('4', 'one'));
  const { all } = await one.revisions('4', 'one');
  const [, first] = all;
  const beside = await one.write('4', 'one', text('beside the second'), [first!.id]);
  expect(beside).toEqual(await one.find('4', 'one'));
  expect(beside?.conflicts).toHaveLength(1);
});

test('a write that is repeated stands beside nothing of its own, also when others came after it', async () => {
  const one = new DraftTable(tables[EUROPE]!, EUROPE);
  const first = await one.write('9', 'one', text('the first'), []);
  expect(await one.write('9', 'one', text('the first'), [])).toEqual(first);
  const from = [first!.shown.id];
  const second = await one.write('9', 'one', text('the second'), from);
  expect(await one.write('9', 'one', text('the second'), from)).toEqual(second);
  const third = await one.write('9', 'one', text('the third'), [second!.shown.id]);
  expect(await one.write('9', 'one', text('the second'), from)).toEqual(third);
  expect((await one.revisions('9', 'one')).all).toHaveLength(3);
  // Another text from the same, and the same text from another one, are no repetition.
  await one.write('9', 'one', text('beside the second'), from);
  const again = await one.write('9', 'one', text('the second'), [third!.shown.id]);
  expect([again?.document.body, again?.conflicts.length]).toEqual(['the second', 1]);
  await one.end('9', 'one');
  // Begun anew, with the words of before.
  expect((await one.write('9', 'one', text('the first'), []))?.document.body).toBe('the first');
});

test('a user has so many drafts; what has ended is none', async () => {
  const one = new DraftTable(tables[EUROPE]!, EUROPE);
  for (let n = 0; n < MOST_DRAFTS; n += 1)
    expect(await one.write('5', `d${n}`, text('x'))).toBeDefined();
  expect(await one.write('5', 'another', text('x'))).toBeUndefined();
  expect((await one.write('5', 'd7', text('changed')))?.document.body).toBe('changed');
  await one.end('5', 'd3');
  expect(await one.write('5', 'another', text('x'))).toBeDefined();
}, 60_000);

test('a revision that nothing was made from is kept, however many were written beside it', async () => {
  const few = new DraftTable(tables[EUROPE]!, EUROPE, Date.now, 3);
  const first = await few.write('6', 'one', text('the first'));
  const beside = await few.write('6', 'one', text('beside'), [first!.shown.id]);
  let last = await few.write('6', 'one', text('the other'), [first!.shown.id]);
  for (let n = 1; n <= 4; n += 1)
    last = await few.write('6', 'one', text(`${n}`), [last!.shown.id]);
  const { all, conflicts } = await few.revisions('6', 'one');
  expect([all.length, conflicts.map(({ id }) => id)]).toEqual([3, [beside!.shown.id]]);
  expect((await few.document('6', 'one', beside!.shown.id))?.body).toBe('beside');
});

test('the end of a draft is the end of what stands beside it', async () => {
  const one = new DraftTable(tables[EUROPE]!, EUROPE);
  const first = await one.write('7', 'one', text('the first'));
  for (const body of ['one', 'other']) await one.write('7', 'one', text(body), [first!.shown.id]);
  expect((await one.find('7', 'one'))?.conflicts).toHaveLength(1);
  expect(await one.end('7', 'one')).toBe(true);
  expect([await one.find('7', 'one'), await one.list('7')]).toEqual([undefined, []]);
  expect(await one.end('7', 'one')).toBe(false);
});

test('of a revision whose document has not arrived, the next best is shown', async () => {
  const first = await drafts[EUROPE]!.write('8', 'one', text('the first'));
  const second = await drafts[EUROPE]!.write('8', 'one', text('the second'));
  await bothShow('8', 'the second');
  await tables[EUROPE]!.delete({ userId: '8', revision: `b#one#${second!.shown.id}` }, {});
  await bothShow('8', 'the first');
  for (const region of REGIONS)
    expect((await drafts[region]!.find('8', 'one'))?.shown.id).toBe(first!.shown.id);
}, 60_000);
