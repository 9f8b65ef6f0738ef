import { readFileSync } from 'node:fs';
import type { Report } from '../../../../lib/tools/twin/run';
import { processesWith } from '../../../support/processes';
import { TestTwin } from '../../../support/twin';

/** The largest growth stage: 17 clusters in 35 servers, over six Regions. */
jest.setTimeout(300_000);

const twin = new TestTwin();
let report: Report;

beforeAll(async () => {
  report = await twin.start('sharded', '--time-scale', '10');
});
afterAll(async () => {
  expect(await twin.stop()).toEqual([]);
});

test('it stays within 2 GB', () => {
  const processes = processesWith(twin.home);
  expect(processes.length).toBeGreaterThan(100);
  const kib = processes.map((pid) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
    } catch {
      // It has ended meanwhile.
      return 0;
    }
  });
  const mib = kib.reduce((sum, one) => sum + one, 0) / 1024;
  expect(mib).toBeGreaterThan(100);
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
