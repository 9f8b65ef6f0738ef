import argon2 from 'hash-wasm/dist/argon2.umd.min.js';
import { emailKey } from '../../../lambda/platform/directory';
import { LOGINS } from '../../../lambda/platform/rate-limit';
import { encodeToken } from '../../../lambda/platform/token';
import { overHttp } from '../support/client';
import { joined, type LiveWorld, person, startLiveWorld } from '../support/live';
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

describe('sessions', () => {
  const current = (region: RegionOfTest, token: string) =>
    overHttp(region, 'GET', '/api/user', undefined, { authorization: `Token ${token}` });

  test('one that has not arrived is believed for ten seconds, not longer', async () => {
    const { token, username } = await joined(overHttp, home);
    const arrived = async () =>
      (await overHttp(away, 'GET', `/api/profiles/${username}`)).status === 200;
    while (!(await arrived())) await new Promise((resolve) => setTimeout(resolve, 50));
    const [payload = ''] = token.split('.');
    const [userId = '', sid = ''] = Buffer.from(payload, 'base64url').toString().split('.');
    const aged = (ms: number) =>
      encodeToken({ userId, sid, issuedAt: Date.now() - ms }, world.aws.secrets.get('signing')!);
    // Started at home, in its Region's table; nothing replicates sessions in this test.
    expect((await current(away, aged(5_000))).status).toBe(200);
    expect((await current(away, aged(15_000))).status).toBe(401);
    expect((await current(home, aged(15_000))).status).toBe(200);
    // A peer that has seen it may vouch for it.
    await world.aws.replicate(`sessions-${HOME}`, `sessions-${AWAY}`);
    expect((await current(away, aged(15_000))).status).toBe(200);
  });

  test('a revoked one is refused', async () => {
    const { token } = await joined(overHttp, home);
    expect((await current(home, token)).status).toBe(200);
    const [userId = '', sid = ''] = Buffer.from(token.split('.')[0]!, 'base64url')
      .toString()
      .split('.');
    const expiresAt = Math.floor(Date.now() / 1_000) + 60;
    await world.aws.api.call({
      service: 'dynamodb',
      region: HOME,
      target: 'DynamoDB_20120810.PutItem',
      body: {
        TableName: `sessions-${HOME}`,
        Item: {
          sid: { S: sid },
          userId: { S: userId },
          expiresAt: { N: String(expiresAt) },
          revoked: { N: '1' },
        },
      },
    });
    expect((await current(home, token)).status).toBe(401);
  });
});

describe('a login that is refused', () => {
  const refused = (region: RegionOfTest, email: string) => {
    const user = { email, password: 'wrong horse' };
    return overHttp(region, 'POST', '/api/users/login', { user });
  };

  test('is answered alike, for the same work, whether the address is anybody’s or nobody’s', async () => {
    const { email } = await joined(overHttp, home);
    const verified = jest.spyOn(argon2, 'argon2Verify');
    const hashed = jest.spyOn(argon2, 'argon2id');
    try {
      const told = [];
      for (const address of ['nobody@example.com', email, `${'x'.repeat(240)}@y.z`]) {
        const { status, headers, body } = await refused(home, address);
        told.push({ status, names: [...headers.keys()], body });
      }
      expect(told[0]).toMatchObject({
        status: 401,
        body: { errors: { credentials: ['invalid'] } },
      });
      expect(told).toEqual(Array(3).fill(told[0]));
      expect([verified.mock.calls.length, hashed.mock.calls.length]).toEqual([3, 0]);
      const costs = verified.mock.calls.map(([{ hash }]) => hash.split('$').slice(0, 4));
      expect(costs).toEqual(Array(3).fill(costs[0]));
    } finally {
      jest.restoreAllMocks();
    }
  });

  test.each([
    ['somebody’s', async () => (await joined(overHttp, home)).email],
    ['nobody’s', () => Promise.resolve(person().email)],
  ])('thirty times a minute is refused unread, at %s address', async (_whose, addressOf) => {
    const email = await addressOf();
    const { limiter } = home.deps;
    const early = Array.from({ length: LOGINS.most }, () =>
      limiter.demand(LOGINS, emailKey(email)),
    );
    await Promise.all(early);
    // However the same address is written.
    const late = await refused(home, email.toUpperCase());
    expect([late.status, Object.keys(late.body.errors)]).toEqual([429, ['rate']]);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('claims of the directory', () => {
  const put = (key: string, ageMs: number, userId = '1') =>
    world.regions[HOME]!.deps.directory.claim({
      key,
      userId,
      reservation: `dead-${key}`,
      reservedAt: Date.now() - ageMs,
    });

  test('a fresh one stands; a stale one without a user is taken over', async () => {
    const user = person();
    await put(`u#${user.username}`, 30_000);
    expect((await overHttp(home, 'POST', '/api/users', { user })).status).toBe(409);
    const other = person();
    await put(`u#${other.username}`, 61_000);
    await put(`e#${other.email}`, 61_000);
    expect((await overHttp(home, 'POST', '/api/users', { user: other })).status).toBe(201);
  });

  test('a stale one whose user exists is completed', async () => {
    const user = await joined(overHttp, home);
    const key = `u#${user.username}`;
    const { directory } = home.deps;
    const { userId, reservation } = (await directory.find(key))!;
    const table = { TableName: `directory-${HOME}` };
    const reservedAt = { N: String(Date.now() - 61_000) };
    const call = (operation: string, body: object) =>
      world.aws.api.call({
        service: 'dynamodb',
        region: HOME,
        target: `DynamoDB_20120810.${operation}`,
        body: { ...table, ...body },
      });
    await call('PutItem', {
      Item: {
        key: { S: key },
        userId: { S: userId },
        reservation: { S: reservation },
        state: { S: 'pending' },
        reservedAt,
      },
    });
    const again = { ...person(), username: user.username };
    expect((await overHttp(home, 'POST', '/api/users', { user: again })).status).toBe(409);
    expect((await directory.find(key))?.state).toBe('confirmed');
  });
});
