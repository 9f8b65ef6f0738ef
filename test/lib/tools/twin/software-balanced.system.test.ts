import { findHaproxy } from '../../../../lib/tools/twin/gateway';
import type { Report } from '../../../../lib/tools/twin/run';
import { eventually } from '../../../support/processes';
import { TestTwin } from '../../../support/twin';
import { callApi } from './clients';

/** A whole twin of the reference whose instances get their requests from HAProxy. */
jest.setTimeout(120_000);

const REGION = 'eu-central-1';
const twin = new TestTwin();
let report: Report;
let url: string;

beforeAll(async () => {
  report = await twin.start('software-balanced');
  url = report.regions[REGION]!.url;
});
afterAll(async () => {
  expect(await twin.stop()).toEqual([]);
});

test('says whether HAProxy itself runs, or the nearest that there is without it', () => {
  const [group] = report.parts.filter(
    ({ resource }) => resource === 'AWS::AutoScaling::AutoScalingGroup',
  );
  const tier = findHaproxy() === undefined ? 'in place of HAProxy' : 'one real HAProxy before it';
  expect(group?.engine).toContain(tier);
});

test('what is posted through the balancer is read through it, by servers alone', async () => {
  const user = { username: 'grace', email: 'grace@example.com', password: 'correct horse' };
  const registered = await callApi(url, '/users', { user });
  expect(registered.status).toBe(201);
  const token = String(registered.body.user?.token);
  const article = { title: 'Balanced', description: 'd', body: 'b', tagList: [] };
  const posted = await callApi(url, '/articles', { article }, token);
  expect(posted.status).toBe(201);
  const path = `/api/articles/${String(posted.body.article?.slug)}`;
  const answer = await eventually(
    async () => await fetch(new URL(path, url)),
    ({ status }) => status === 200,
  );
  expect([answer.headers.get('x-twin-compute'), answer.headers.get('x-meridian-region')]).toEqual([
    'server',
    REGION,
  ]);
});
