import type { Report } from '../../../../lib/tools/twin/run';
import { TestTwin } from '../../../support/twin';
import { ask } from './clients';

/** The first growth stage: nginx, the service and PostgreSQL on one instance, without a load balancer. */
jest.setTimeout(120_000);

const REGION = 'eu-central-1';
const twin = new TestTwin();
let report: Report;
let url: string;

beforeAll(async () => {
  report = await twin.start('single-server');
  url = report.regions[REGION]!.url;
});
afterAll(async () => {
  expect(await twin.stop()).toEqual([]);
});

function send(path: string, body: unknown, token?: string): Promise<Response> {
  return fetch(new URL(path, url), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Token ${token}` }),
    },
  });
}

test('whoever registers posts, and what they posted is in the list', async () => {
  const registered = await send('/api/users', {
    user: { username: 'ada', email: 'ada@example.com', password: 'correct horse' },
  });
  expect(registered.status).toBe(201);
  const { user } = (await registered.json()) as { user: { token: string } };
  const article = { title: 'Hello', description: 'd', body: 'b', tagList: [] };
  const posted = await send('/api/articles', { article }, user.token);
  expect(posted.status).toBe(201);
  const listed = await fetch(new URL('/api/articles?author=ada', url));
  expect(await listed.json()).toMatchObject({ articlesCount: 1, articles: [{ title: 'Hello' }] });
});

test('what is not of the service comes from the files that nginx serves', async () => {
  const page = await fetch(url);
  expect(page.headers.get('content-type')).toContain('text/html');
  const health = await fetch(new URL('/healthz', url));
  expect([health.status, health.headers.get('x-twin-compute')]).toEqual([200, 'server']);
});

test('the name of the product leads to its address', async () => {
  const name = report.regions[REGION]?.dns ?? '';
  expect(name).toBe('example.com');
  expect(await ask(report.dns, name, '203.0.113.0/24')).toEqual(['127.1.0.80']);
});

test('the volume is PostgreSQL, and what is not run is listed', () => {
  const states = new Map(report.parts.map(({ resource, state }) => [resource, state]));
  expect(states.get('AWS::EC2::Volume')).toBe('real');
  expect(states.get('AWS::EC2::EIP')).toBe('emulated');
  expect(states.get('AWS::DLM::LifecyclePolicy')).toBe('not run');
});
