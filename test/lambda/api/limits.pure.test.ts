import type { Dependencies } from '../../../lambda/api/dependencies';
import { FORWARD_SIGNATURE, FORWARDED_BY, signForward } from '../../../lambda/platform/forward';
import { UPLOADS, WRITES } from '../../../lambda/platform/rate-limit';
import { usedUp } from '../support/limits';
import { operations, routesAlone } from '../support/routes';

const NOW = 1_800_000_010_000;
/** A user, and the mail address of one, who have done all that they may in this minute. */
const [FLOODER, FLOODED] = ['41', 'Jane@Example.com'];
const OTHER = '42';

/** Whoever ends sessions may be fending off the one who floods; who registers is nobody yet: the firewall counts. */
const UNCOUNTED = [
  'POST /api/users',
  'POST /api/session/logout',
  'DELETE /api/sessions',
  'DELETE /api/sessions/one-0000000000001',
];
const BY_ADDRESS = 'POST /api/users/login';
const WRITES_OF_ALL = operations().filter(({ method }) => method !== 'GET');

async function flooded(changed: Partial<Dependencies> = {}) {
  const limiter = await usedUp(FLOODER, FLOODED, NOW);
  const app = routesAlone({ limiter, now: () => NOW, ...changed });
  return async (
    method: string,
    path: string,
    by: string,
    body: unknown = {},
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const authorization = `Token ${by}`;
    const init = { method, headers: { authorization, ...headers }, body: JSON.stringify(body) };
    const answer = await app.request(`http://localhost${path}`, init);
    return { status: answer.status, after: answer.headers.get('retry-after'), answer };
  };
}

describe('who has done all that they may in a minute', () => {
  test.each(
    WRITES_OF_ALL.map(({ method, path }) => [`${method} ${path}`, method, path] as const).filter(
      ([name]) => ![...UNCOUNTED, BY_ADDRESS].includes(name),
    ),
  )('is refused %s until the next one, and nobody else is', async (_name, method, path) => {
    const ask = await flooded();
    const { status, after, answer } = await ask(method, path, FLOODER);
    expect([status, after]).toEqual([429, '50']);
    const limit = path === '/api/uploads' ? UPLOADS : WRITES;
    expect(await answer.json()).toEqual({
      errors: { rate: [`is limited to ${limit.most} in 60 s`] },
    });
    expect((await ask(method, path, OTHER)).status).not.toBe(429);
  });

  test('may read, and end sessions', async () => {
    const done = () => Promise.resolve(true);
    const verify = (userId: string) => Promise.resolve({ userId, sid: 's', issuedAt: 0 });
    const sessions = { verify, revoke: done, revokeOthers: done, revokeById: done };
    const ask = await flooded({ sessions: sessions as unknown as Dependencies['sessions'] });
    for (const name of UNCOUNTED.slice(1)) {
      const [method = '', path = ''] = name.split(' ');
      expect({ name, status: (await ask(method, path, FLOODER)).status }).toEqual({
        name,
        status: 204,
      });
    }
    expect(WRITES_OF_ALL.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([...UNCOUNTED, BY_ADDRESS]),
    );
  });

  test('is not counted again where a peer sends a write on', async () => {
    const ask = await flooded();
    const body = { article: { title: 'T', description: 'D', body: 'B' } };
    const write = { method: 'POST', path: '/api/articles', body: JSON.stringify(body) };
    const [from, to] = ['us-east-2', 'eu-central-1'];
    const signed = { ...write, from, to, authorization: `Token ${FLOODER}`, idempotencyKey: '' };
    const signature = signForward(signed, 'the signing secret of this test', NOW);
    const headers = { [FORWARDED_BY]: from, [FORWARD_SIGNATURE]: signature };
    const { method, path } = write;
    expect((await ask(method, path, FLOODER, body, headers)).status).toBe(503);
    expect((await ask(method, path, FLOODER, body)).status).toBe(429);
  });
});

test('a login is counted by its mail address, however that is spelled, before anything is looked up', async () => {
  const find = jest.fn(() => Promise.resolve(undefined));
  const ask = await flooded({ directory: { find } as unknown as Dependencies['directory'] });
  const login = (email: string) =>
    ask('POST', '/api/users/login', OTHER, { user: { email, password: 'correct horse' } });
  for (const email of [FLOODED, FLOODED.toUpperCase()]) {
    const { status, after } = await login(email);
    expect([email, status, after]).toEqual([email, 429, '50']);
  }
  expect(find).not.toHaveBeenCalled();
  expect((await login('john@example.com')).status).toBe(401);
  expect(find).toHaveBeenCalledTimes(1);
});
