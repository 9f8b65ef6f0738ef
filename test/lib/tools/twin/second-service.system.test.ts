import { join, resolve } from 'node:path';
import type { Report, Status } from '../../../../lib/tools/twin/run';
import { eventually } from '../../../support/processes';
import { TestTwin } from '../../../support/twin';

/** A service that knows nothing of the sample workload, in its place: test/fixtures/greeter. */
jest.setTimeout(120_000);

const DECLARATION = join(resolve(__dirname, '../../../fixtures'), 'greeter/declaration.mjs');
const twin = new TestTwin();
let report: Report;

beforeAll(async () => {
  report = await twin.start(DECLARATION, '--time-scale', '50');
});
afterAll(async () => {
  expect(await twin.stop()).toEqual([]);
});

interface Greeting {
  readonly greeting: string;
  readonly from: string;
  readonly by: string;
}

async function greetings(region: string, count: number): Promise<readonly Greeting[]> {
  const url = new URL('/api/greeting', report.regions[region]!.url);
  const answers = await Promise.all(Array.from({ length: count }, () => fetch(url)));
  return Promise.all(answers.map(async (answer) => (await answer.json()) as Greeting));
}

test('it takes the place of the sample workload, as a function and as a server', async () => {
  for (const region of ['eu-west-1', 'us-west-2']) {
    const seen = await greetings(region, 40);
    const said = new Set(seen.map(({ greeting, from }) => `${greeting} ${from}`));
    expect([...said]).toEqual([`Dia dhuit ${region}`]);
    expect(new Set(seen.map(({ by }) => by))).toEqual(new Set(['function', 'server']));
  }
});

test('the declared health paths decide whether a Region gets users', async () => {
  const healthy = async (): Promise<readonly unknown[]> => {
    const answer = await fetch(new URL('status.json', report.console));
    return Object.values(((await answer.json()) as Status).regions).map((region) => region.healthy);
  };
  const all = await eventually(healthy, (states) => states.every((state) => state === true));
  expect(all).toEqual([true, true]);
});
