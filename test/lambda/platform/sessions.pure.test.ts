import { AwsError } from '../../../lambda/platform/aws';
import { CacheAside } from '../../../lambda/platform/cache-aside';
import { NO_CACHE } from '../../../lambda/platform/cache';
import type { Item } from '../../../lambda/platform/dynamodb';
import { toRequestError } from '../../../lambda/platform/errors';
import { Sessions } from '../../../lambda/platform/sessions';
import { parseSigningKeys } from '../../../lambda/platform/signing-keys';
import type { Token } from '../../../lambda/platform/token';

const START = 1_700_000_000_000;
const USER = '42';
const LOST = new AwsError('Unreachable', 0, 'does not answer');

/** Tables of two Regions, each a copy of the other when it is told, and the sessions of both. */
function world() {
  const clock = { now: START };
  const items: Record<string, Map<string, Item>> = { a: new Map(), b: new Map() };
  const full = new Set<string>();
  const away = new Set<string>();
  const told: string[] = [];
  let deaf = 0;
  const sessionsOf = (region: string) => {
    const own = items[region]!;
    const table = {
      get: ({ sid }: Item) =>
        away.has(region) ? Promise.reject(LOST) : Promise.resolve(own.get(String(sid))),
      put: (item: Item) => {
        if (away.has(region)) return Promise.reject(LOST);
        own.set(String(item.sid), item);
        return Promise.resolve(true);
      },
      /** As the one update that sessions make: an attribute for each of a user's. */
      update: (
        key: Item,
        _: string,
        { names = {}, values = {} }: Pick<Asked, 'names' | 'values'>,
      ) => {
        if (full.has(region)) return Promise.reject(new Error('Item size has exceeded'));
        const before = own.get(String(key.sid)) ?? key;
        own.set(String(key.sid), {
          ...before,
          [names['#session']!]: values[':createdAt']!,
          expiresAt: values[':expiresAt']!,
        });
        return Promise.resolve(true);
      },
    };
    const cache = new CacheAside(NO_CACHE);
    const invalidate = (scopes: readonly string[]) => {
      told.push(...scopes);
      deaf -= 1;
      return Promise.resolve(deaf < 0);
    };
    const heard = Object.assign(Object.create(cache) as CacheAside, { invalidate });
    return new Sessions(table, heard, {
      ...{ region, regions: ['a', 'b'], now: () => clock.now },
      keys: () => Promise.resolve(parseSigningKeys('secret')),
    });
  };
  const [here, there] = [sessionsOf('a'), sessionsOf('b')];
  return {
    ...{ clock, items, full, away, told, here, there },
    deafFor: (times: number) => {
      deaf = times;
    },
    replicate: () => {
      for (const [from, to] of [
        ['a', 'b'],
        ['b', 'a'],
      ] as const)
        for (const [key, item] of items[from]!) if (!items[to]!.has(key)) items[to]!.set(key, item);
    },
    /** A session that begins a second after the one before it, as its own user shows it. */
    start: async (sessions: Sessions, agent = '') => {
      clock.now += 1_000;
      const text = await sessions.start(USER, agent);
      return { text, token: (await sessions.verify(text, false)) as Token };
    },
  };
}

interface Asked {
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Item;
}

const idsOf = async (sessions: Sessions) => (await sessions.list(USER)).map(({ id }) => id);

test('a user’s are listed newest first, of all Regions, with what they were called', async () => {
  const { here, there, start, replicate } = world();
  const one = await start(here, 'a browser');
  const two = await start(there);
  replicate();
  expect(await here.list(USER)).toEqual([
    {
      ...{ id: two.token.sid, region: 'b', agent: null },
      ...{ createdAt: '2023-11-14T22:13:22.000Z', expiresAt: '2023-12-14T22:13:22.000Z' },
    },
    {
      ...{ id: one.token.sid, region: 'a', agent: 'a browser' },
      ...{ createdAt: '2023-11-14T22:13:21.000Z', expiresAt: '2023-12-14T22:13:21.000Z' },
    },
  ]);
});

test('what was ended, one by one or all others, is neither listed nor good; what began since is', async () => {
  const { here, start } = world();
  const [first, second, mine] = [await start(here), await start(here), await start(here)];
  await here.revoke(first.token);
  expect(await idsOf(here)).toEqual([mine.token.sid, second.token.sid]);
  await here.revokeOthers(mine.token);
  expect(await idsOf(here)).toEqual([mine.token.sid]);
  const later = await start(here);
  expect(await idsOf(here)).toEqual([later.token.sid, mine.token.sid]);
  const good = await Promise.all(
    [first, second, mine, later].map(
      async ({ text }) => (await here.verify(text, false)) !== undefined,
    ),
  );
  expect(good).toEqual([false, false, true, true]);
});

test('one that was ended is refused also where a peer vouches for it', async () => {
  const { here, there, start, replicate } = world();
  const [other, mine] = [await start(here), await start(here)];
  await here.revokeOthers(mine.token);
  replicate();
  expect(await there.verify(other.text, true)).toBeUndefined();
  expect(await there.verify(mine.text, true)).toBeDefined();
});

test('somebody else’s is not ended, nor what is none, nor one twice', async () => {
  const { here, start } = world();
  const { token, text } = await start(here);
  expect(await here.revokeById('43', token.sid)).toBe(false);
  expect(await here.verify(text, false)).toBeDefined();
  for (const sid of [`user#${USER}`, `user#${USER}#a`, 'none'])
    expect(await here.revokeById(USER, sid)).toBe(false);
  expect(await here.revokeById(USER, token.sid)).toBe(true);
  expect(await here.revokeById(USER, token.sid)).toBe(false);
  expect(await here.verify(text, false)).toBeUndefined();
});

test('are over after thirty days, and not listed', async () => {
  const { here, clock, start } = world();
  const { text } = await start(here);
  clock.now += 30 * 24 * 3_600_000 - 1_000;
  expect(await here.verify(text, false)).toBeDefined();
  clock.now += 1_000;
  expect(await here.verify(text, true)).toBeUndefined();
  expect(await idsOf(here)).toEqual([]);
});

test('an end is told to the cache until that has heard of it', async () => {
  const { here, told, deafFor, start } = world();
  const { token } = await start(here);
  deafFor(2);
  await here.revoke(token);
  expect(told).toEqual(Array.from({ length: 3 }, () => `session:${token.sid}`));
});

test('where the list of a user’s has grown too long, the newest are kept, and the login succeeds', async () => {
  const { here, full, items, start } = world();
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`s#old${n}`, n]));
  items.a!.set(`user#${USER}#a`, { sid: `user#${USER}#a`, ...many });
  full.add('a');
  const { token } = await start(here);
  const kept = Object.keys(items.a!.get(`user#${USER}#a`)!).filter((name) => name.startsWith('s#'));
  expect(kept).toHaveLength(201);
  expect(kept).toEqual(expect.arrayContaining(['s#old299', 's#old100', `s#${token.sid}`]));
  expect(kept).not.toContain('s#old99');
  expect(await idsOf(here)).toEqual([token.sid]);
});

test('where the table does not answer nobody is believed, and no end is acknowledged', async () => {
  const { here, there, away, start, replicate } = world();
  const { text, token } = await start(here);
  replicate();
  away.add('b');
  for (const attempt of [
    () => there.verify(text, false),
    () => there.verify(text, true),
    () => there.list(USER),
    () => there.revoke(token),
    () => there.revokeOthers(token),
    () => there.revokeById(USER, token.sid),
    () => there.start(USER),
  ])
    await expect(attempt()).rejects.toBe(LOST);
  expect(toRequestError(LOST)).toMatchObject({ status: 503, retryAfterSeconds: 2 });
});
