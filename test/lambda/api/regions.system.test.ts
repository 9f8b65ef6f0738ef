import { signForward } from '../../../lambda/platform/forward';
import { overHttp } from '../support/client';
import {
  draft,
  joined,
  LAG_MS,
  type LiveWorld,
  person,
  publish,
  startLiveWorld,
} from '../support/live';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

let world: LiveWorld;
let home: RegionOfTest;
let away: RegionOfTest;

beforeAll(async () => {
  world = await startLiveWorld();
  ({ home, away } = world);
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

describe('a write between Regions', () => {
  test('is read from the Region’s own standby, which lags; the answer waits for it', async () => {
    const { authorization } = await joined(overHttp, away);
    const started = Date.now();
    const posted = await publish(overHttp, away, { authorization });
    expect(Date.now() - started).toBeGreaterThanOrEqual(LAG_MS * 0.9);
    expect(posted.headers.get('x-meridian-freshness')).toBe('visible');
    // What enters at home is not waited for elsewhere, and is not there yet.
    const atHome = await publish(overHttp, home, { authorization });
    const { slug } = atHome.body.article;
    expect((await overHttp(away, 'GET', `/api/articles/${slug}`)).status).toBe(404);
    expect((await overHttp(home, 'GET', `/api/articles/${slug}`)).status).toBe(200);
  });

  test('says so where the standby takes longer than an answer may', async () => {
    const { authorization } = await joined(overHttp, away);
    await world.cluster.delayStandby(10_000);
    try {
      const started = Date.now();
      const posted = await publish(overHttp, away, { authorization });
      expect(posted.status).toBe(201);
      expect(posted.headers.get('x-meridian-freshness')).toBe('pending');
      expect(Date.now() - started).toBeLessThan(4_000);
    } finally {
      await world.cluster.delayStandby(LAG_MS);
    }
  });

  test('repeated with its key answers the same and is done once', async () => {
    const { username, authorization } = await joined(overHttp, away);
    const headers = { authorization, 'idempotency-key': `post-${username}` };
    const post = (region: RegionOfTest, title: string) =>
      publish(overHttp, region, headers, { title });
    const [first, second] = await Promise.all([post(away, 'Once'), post(home, 'Once')]);
    expect(first.status).toBe(201);
    expect(second.body).toEqual(first.body);
    const changed = await post(away, 'Twice');
    expect(changed.status).toBe(422);
    expect(changed.body.errors).toHaveProperty('idempotency-key');
    const list = await overHttp(home, 'GET', `/api/articles?author=${username}`);
    expect(list.body.articlesCount).toBe(1);
  });

  test('a repeated registration is the same user, with a session of its own', async () => {
    const user = person();
    const headers = { 'idempotency-key': `join-${user.username}` };
    const join = (region: RegionOfTest) =>
      overHttp(region, 'POST', '/api/users', { user }, headers);
    const first = await join(away);
    const second = await join(home);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.user.username).toBe(user.username);
    expect(second.body.user.token).not.toBe(first.body.user.token);
    const stranger = { user: { ...user, email: `x${user.email}` } };
    expect((await overHttp(home, 'POST', '/api/users', stranger, headers)).status).toBe(422);
  });

  test('of two who want one name at the same time, one gets it', async () => {
    const { username } = person();
    const attempts = await Promise.all(
      [1, 2, 3, 4].map((n) =>
        overHttp(n % 2 ? home : away, 'POST', '/api/users', {
          user: { username, email: `${username}-${n}@example.com`, password: 'correct horse' },
        }),
      ),
    );
    expect(attempts.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  test('only a peer can claim to have sent it on', async () => {
    const { authorization } = await joined(overHttp, home);
    const body = JSON.stringify({ article: draft() });
    const forged = { authorization, 'x-meridian-forwarded-by': AWAY, 'idempotency-key': 'forged' };
    const plain = await overHttp(home, 'POST', '/api/articles', body, forged);
    expect(plain.status).toBe(403);
    const write = {
      from: AWAY,
      to: HOME,
      method: 'POST',
      path: '/api/articles',
      body,
      authorization,
      idempotencyKey: 'forged',
    };
    const secret = world.aws.secrets.get('signing')!;
    const send = (signature: string, sent = body) =>
      overHttp(home, 'POST', '/api/articles', sent, {
        ...forged,
        'x-meridian-signature': signature,
      });
    const other = JSON.stringify({ article: draft({ title: 'Other' }) });
    expect((await send(signForward(write, 'guess', Date.now()))).status).toBe(403);
    expect((await send(signForward(write, secret, Date.now() - 61_000))).status).toBe(403);
    expect((await send(signForward(write, secret, Date.now()), other)).status).toBe(403);
    expect((await send(signForward({ ...write, to: AWAY }, secret, Date.now()))).status).toBe(403);
    expect((await send(signForward(write, secret, Date.now()))).status).toBe(200);
  });

  test('makes one hop at most', async () => {
    const { authorization } = await joined(overHttp, away);
    const body = JSON.stringify({ article: draft() });
    const write = {
      from: HOME,
      to: AWAY,
      method: 'POST',
      path: '/api/articles',
      body,
      authorization,
      idempotencyKey: 'second-hop',
    };
    const answer = await overHttp(away, 'POST', '/api/articles', body, {
      authorization,
      'idempotency-key': 'second-hop',
      'x-meridian-forwarded-by': HOME,
      'x-meridian-signature': signForward(write, world.aws.secrets.get('signing')!, Date.now()),
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('2');
  });
});
