import openapi from '../../../lambda/openapi.json';
import { CACHE_HEADER, AGE_HEADER } from '../../../lambda/api/reading';
import { FRESHNESS, WRITTEN_BY } from '../../../lambda/api/write';
import { TIME_LEFT } from '../../../lambda/platform/deadline';
import { overloaded } from '../../../lambda/platform/errors';
import { headersOf } from '../../../lambda/api/refusals';
import { IDEMPOTENCY_KEY, REGION_HEADER } from '../../../lambda/platform/forward';
import { operations, routesAlone } from '../support/routes';

const ORIGIN = 'https://front.example';
const app = routesAlone();
const listOf = (headers: Headers, name: string) =>
  (headers.get(`access-control-${name}`) ?? '').split(', ').filter((part) => part !== '');

/** Names of header parameters, those that are referred to included. */
function documentedHeaders(): readonly string[] {
  const parameters = [
    ...Object.values(openapi.components.parameters),
    ...JSON.stringify(openapi.paths).matchAll(/\{"name":"([^"]+)","in":"header"/g),
  ];
  return parameters.flatMap((one) =>
    Array.isArray(one) ? [String(one[1])] : one.in === 'header' ? [one.name] : [],
  );
}

test('a preflight of every operation is answered with all that its page may send, for two hours', async () => {
  const sent = [...documentedHeaders(), 'authorization', 'content-type', 'if-none-match'];
  expect(sent).toEqual(expect.arrayContaining([IDEMPOTENCY_KEY, TIME_LEFT, 'last-event-id']));
  for (const { method, path } of operations()) {
    const headers = { origin: ORIGIN, 'access-control-request-method': method };
    const answer = await app.request(`http://localhost${path}`, { method: 'OPTIONS', headers });
    const allowed = answer.headers;
    expect([path, answer.status, allowed.get('access-control-allow-origin')]).toEqual([
      ...[path, 204, '*'],
    ]);
    expect(listOf(allowed, 'allow-methods')).toContain(method);
    expect(listOf(allowed, 'allow-headers')).toEqual(expect.arrayContaining(sent));
    expect(allowed.get('access-control-max-age')).toBe('7200');
    // Who somebody is stands in no cookie, so that no page of another origin may send one.
    expect(allowed.get('access-control-allow-credentials')).toBeNull();
  }
});

test('pages of other origins may read what an answer says beside its body, refusals included', async () => {
  const read = [
    ...[AGE_HEADER, CACHE_HEADER, FRESHNESS, IDEMPOTENCY_KEY, REGION_HEADER, WRITTEN_BY],
    ...['etag', 'retry-after', 'x-meridian-next-cursor'],
  ];
  const answers: [string, Headers][] = [];
  for (const { method, path } of [...operations(), { method: 'GET', path: '/api/nowhere' }]) {
    const init = { method, headers: { origin: ORIGIN } };
    const { headers } = await app.request(`http://localhost${path}`, init);
    answers.push([`${method} ${path}`, headers]);
  }
  const large = { method: 'POST', body: 'x'.repeat(1_000_001) };
  answers.push(['too large', (await app.request('http://localhost/api/users', large)).headers]);
  const refused = headersOf({ region: 'eu-central-1' }, overloaded('server'));
  answers.push(['too much', new Headers(refused)]);
  for (const [what, headers] of answers) {
    const exposed = listOf(headers, 'expose-headers');
    expect({ what, origin: headers.get('access-control-allow-origin') }).toEqual({
      what,
      origin: '*',
    });
    expect({ what, lacking: read.filter((name) => !exposed.includes(name)) }).toEqual({
      what,
      lacking: [],
    });
  }
});
