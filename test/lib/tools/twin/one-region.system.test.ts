import type { Report } from '../../../../lib/tools/twin/run';
import { eventually } from '../../../support/processes';
import { TestTwin } from '../../../support/twin';
import { ask, callApi } from './clients';

/** The stages between one server and several Regions: a load balancer, then a cache and queues too. */
jest.setTimeout(120_000);

const REGION = 'eu-central-1';

describe.each([
  { stage: 'load-balanced', more: false },
  { stage: 'replicated', more: true },
])('$stage', ({ stage, more }) => {
  const twin = new TestTwin();
  let report: Report;
  let url: string;

  beforeAll(async () => {
    report = await twin.start(stage);
    url = report.regions[REGION]!.url;
  });
  afterAll(async () => {
    expect(await twin.stop()).toEqual([]);
  });

  const get = (path: string) => fetch(new URL(path, url));

  test('has one Region, with one database that is written', () => {
    expect(Object.keys(report.regions)).toEqual([REGION]);
    const states = new Map(report.parts.map(({ resource, state }) => [resource, state]));
    expect(states.get('AWS::RDS::DBCluster')).toBe('real');
    for (const type of ['AWS::ElastiCache::ReplicationGroup', 'AWS::SQS::Queue'])
      expect([type, states.has(type)]).toEqual([type, more]);
  });

  test('whoever registers posts, and reads it through functions and servers alike', async () => {
    const user = { username: 'ada', email: 'ada@example.com', password: 'correct horse' };
    const registered = await callApi(url, '/users', { user });
    expect(registered.status).toBe(201);
    const token = String(registered.body.user?.token);
    const article = { title: 'Hello', description: 'd', body: 'b'.repeat(3000), tagList: [] };
    const posted = await callApi(url, '/articles', { article }, token);
    expect(posted.status).toBe(201);
    const slug = String(posted.body.article?.slug);

    const kinds = new Set<string | null>();
    await eventually(
      async () => {
        const answer = await get(`/api/articles/${slug}`);
        expect(answer.status).toBe(200);
        // `fetch` takes gzip, and has the text of it.
        expect(answer.headers.get('content-encoding')).toBe('gzip');
        expect(await answer.json()).toMatchObject({ article: { body: article.body } });
        kinds.add(answer.headers.get('x-twin-compute'));
        return kinds.size;
      },
      (size) => size === 2,
      30_000,
    );
    expect([...kinds].sort()).toEqual(['lambda', 'server']);
  });

  test(`a second read is answered by ${more ? 'the cache' : 'the database again'}`, async () => {
    const outcome = more ? 'hit' : 'off';
    const found = await eventually(
      async () => (await get('/api/articles')).headers.get('x-meridian-cache'),
      (header) => header === outcome,
    );
    expect(found).toBe(outcome);
  });

  test('the name behind the CDN leads to its load balancer', async () => {
    const answers = await ask(report.dns, 'origin.example.com', '203.0.113.0/24');
    expect(answers).toEqual([new URL(url).hostname]);
  });
});
