import type { Report, Status } from '../../../../lib/tools/twin/run';
import { TestTwin } from '../../../support/twin';

/** The largest growth stage: 17 clusters in 52 servers, over six Regions. */
jest.setTimeout(300_000);

const twin = new TestTwin();
let report: Report;

beforeAll(async () => {
  report = await twin.start('sharded', '--time-scale', '10');
});
afterAll(async () => {
  expect(await twin.stop()).toEqual([]);
});

const status = async (): Promise<Status> =>
  (await (await fetch(new URL('status.json', report.console))).json()) as Status;

test('every cluster has its first instance and a copy, and those that write have a reader', async () => {
  const { regions } = await status();
  const databases = Object.values(regions).flatMap(({ databases: it }) => it);
  expect(new Set(databases.map(({ group }) => group)).size).toBe(17);
  expect(databases).toHaveLength(35);
  const writers = databases.filter(({ writes }) => writes);
  expect(writers).toHaveLength(17);
  for (const { reader } of writers) expect(reader?.lagBytes).toEqual(expect.any(Number));
  const instances = report.parts.filter(({ resource }) => resource === 'AWS::RDS::DBInstance');
  expect(instances.map(({ state, count }) => [state, count])).toEqual([
    ['real', 52],
    ['not run', 18],
  ]);
});

test('it stays within 2 GB, its databases counted', async () => {
  const { footprint } = await status();
  // Of 52 servers of PostgreSQL each has at least six.
  expect(footprint?.processes).toBeGreaterThan(52 * 6);
  const mib = (footprint?.memoryBytes ?? 0) / 2 ** 20;
  expect(mib).toBeGreaterThan(500);
  expect(mib).toBeLessThan(2048);
});

test('whoever registers in any Region reads their own profile through every other', async () => {
  const regions = Object.entries(report.regions);
  expect(regions).toHaveLength(6);
  for (const [at, [region, { url }]] of regions.entries()) {
    const username = `user${at}`;
    const registered = await post(url, '/api/users', {
      user: { username, email: `${username}@example.com`, password: 'correct horse' },
    });
    expect([region, registered.status]).toEqual([region, 201]);
    const { user } = (await registered.json()) as { user: { token: string } };
    for (const [other, { url: there }] of regions) {
      const headers = { authorization: `Token ${user.token}` };
      const answer = await fetch(new URL('/api/user', there), { headers });
      const seen = { other, status: answer.status, body: (await answer.json()) as unknown };
      expect(seen).toMatchObject({ other, status: 200, body: { user: { username } } });
    }
  }
});

function post(url: string, path: string, body: unknown): Promise<Response> {
  return fetch(new URL(path, url), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
}
