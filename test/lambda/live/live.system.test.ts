import { connect } from 'node:net';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../../lambda/api/app';
import { answerBy } from '../../../lambda/api/listener';
import { FeedHub } from '../../../lambda/live/hub';
import { acceptWebSockets } from '../../../lambda/live/websocket';
import { unavailable } from '../../../lambda/platform/errors';
import { overEvents, overHttp } from '../support/client';
import { overSse, overWebSocket, until } from '../support/listen';
import { joined, type LiveWorld, publish, startLiveWorld } from '../support/live';
import { overSocket } from '../support/raw';
import type { RegionOfTest } from '../support/world';

jest.setTimeout(60_000);

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

/** An author, and a reader who follows them. */
async function pair() {
  const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
  const follow = async (method: 'POST' | 'DELETE' = 'POST') => {
    const path = `/api/profiles/${author.username}/follow`;
    const { authorization } = reader;
    const answer = await overHttp(home, method, path, undefined, { authorization });
    expect(answer.status).toBe(200);
  };
  await follow();
  // Known in the other Region as well.
  const arrived = async () => {
    const path = `/api/profiles/${author.username}`;
    const { authorization } = reader;
    const answer = await overHttp(away, 'GET', path, undefined, { authorization });
    return (answer.body as { profile?: { following: boolean } }).profile?.following === true;
  };
  while (!(await arrived())) await new Promise((resolve) => setTimeout(resolve, 50));
  const post = async (title: string, region = home) => {
    const { authorization } = author;
    const answer = await publish(overHttp, region, { authorization }, { title });
    expect(answer.status).toBe(201);
    return answer.body.article.slug;
  };
  return { author, reader, follow, post };
}

describe.each([
  ['server-sent events', overSse],
  ['a WebSocket', overWebSocket],
])('the feed by %s', (_how, listen) => {
  test('is told in every Region, wherever it was written, in order and once', async () => {
    const { reader, post } = await pair();
    const stranger = await pair();
    const here = await listen(home, reader.authorization);
    const there = await listen(away, reader.authorization);
    await stranger.post('Unheard');
    for (const title of ['One', 'Two', 'Three']) await post(title, title === 'Two' ? away : home);
    await until(() => here.titles.length >= 3 && there.titles.length >= 3);
    for (const { titles } of [here, there]) expect(titles).toEqual(['One', 'Two', 'Three']);
    here.stop();
    there.stop();
  });

  test('goes on in another Region where it was left, nothing lost and nothing doubled', async () => {
    const { reader, post } = await pair();
    const first = await listen(home, reader.authorization);
    await post('Heard');
    await until(() => first.titles.length === 1);
    first.stop();
    await post('Missed 1');
    await post('Missed 2');
    const second = await listen(away, reader.authorization, first.cursor);
    await post('Heard again');
    await until(() => second.titles.length >= 3);
    expect([...first.titles, ...second.titles]).toEqual([
      'Heard',
      'Missed 1',
      'Missed 2',
      'Heard again',
    ]);
    second.stop();
  });
});

const besides: { readonly server: Server; readonly hub: FeedHub }[] = [];
afterEach(() => {
  jest.restoreAllMocks();
  for (const { server, hub } of besides.splice(0)) {
    hub.drain();
    server.closeAllConnections();
    server.close();
  }
});

/** The home's server once more, whose connections are asked about every two seconds. */
async function impatient() {
  const { deps } = home;
  const hub = new FeedHub(deps, { pollMs: 50, heartbeatMs: 500 });
  const server = answerBy(createServer(), createApp(deps, hub), deps);
  acceptWebSockets(server, deps, hub);
  besides.push({ server, hub });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return { ...home, hub, server, url: `http://127.0.0.1:${port}` };
}

test.each([
  ['server-sent events', overSse],
  ['a WebSocket', overWebSocket],
])(
  'by %s nobody is told anything once the session is over; an outage is no end',
  async (_, listen) => {
    const region = await impatient();
    const { reader, post } = await pair();
    const { email, password, authorization } = reader;
    const login = await overHttp(home, 'POST', '/api/users/login', { user: { email, password } });
    const other = `Token ${login.body.user.token}`;
    const [kept, ended] = [await listen(region, authorization), await listen(region, other)];
    const verify = jest.spyOn(home.deps.sessions, 'verify');
    verify.mockRejectedValue(unavailable('service', 'does not answer'));
    await until(() => verify.mock.calls.length >= 2);
    verify.mockRestore();
    await post('To both');
    await until(() => kept.titles.length === 1 && ended.titles.length === 1);
    const user = { password: 'another horse' };
    expect((await overHttp(home, 'PUT', '/api/user', { user }, { authorization })).status).toBe(
      200,
    );
    await ended.ended;
    await post('To one');
    await until(() => kept.titles.length === 2);
    expect(ended.titles).toEqual(['To both']);
    await expect(listen(region, other)).rejects.toThrow('401');
    kept.stop();
  },
);

test.each([
  ['server-sent events', '/api/stream', ''],
  [
    'a WebSocket',
    '/api/ws',
    'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
  ],
])('by %s whoever goes before all is ready leaves nothing behind', async (_how, path, headers) => {
  const { authorization } = await joined(overHttp, home);
  await until(() => home.hub.size === 0);
  const { databases } = home.deps;
  const read = databases.read.bind(databases);
  const asked = jest.spyOn(databases, 'read').mockImplementation(async (...args) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return await read(...args);
  });
  try {
    const { hostname, port } = new URL(home.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n${headers}\r\n`,
    );
    await until(() => home.hub.size === 1);
    socket.destroy();
    await until(() => home.hub.size === 0, 5_000);
  } finally {
    asked.mockRestore();
  }
});

test('who is followed, or no longer, is heard, or no longer, without a new connection', async () => {
  const { reader, follow, post } = await pair();
  const listening = await overSse(home, reader.authorization);
  await post('While followed');
  await until(() => listening.titles.length === 1);
  await follow('DELETE');
  await post('While not');
  // Told by the next look at the logs, which is before what one follows from then on.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await follow();
  await post('Again');
  await until(() => listening.titles.length >= 2);
  expect(listening.titles).toEqual(['While followed', 'Again']);
  listening.stop();
});

test('a poll answers as soon as there is something, and says where to go on', async () => {
  const { reader, post } = await pair();
  const { authorization } = reader;
  const poll = async (region: RegionOfTest, query: string) => {
    const answer = await overHttp(region, 'GET', `/api/stream/poll${query}`, undefined, {
      authorization,
    });
    expect(answer.status).toBe(200);
    const body = answer.body as unknown as {
      cursor: string;
      events: { article: { title: string } }[];
    };
    return { cursor: body.cursor, titles: body.events.map(({ article }) => article.title) };
  };
  const begin = await poll(home, '');
  expect(begin.titles).toEqual([]);
  const started = Date.now();
  const waiting = poll(away, `?wait=20&after=${begin.cursor}`);
  await post('Polled');
  const found = await waiting;
  expect(found.titles).toEqual(['Polled']);
  expect(Date.now() - started).toBeLessThan(15_000);
  expect((await poll(home, `?after=${found.cursor}`)).titles).toEqual([]);
  const bad = await overHttp(home, 'GET', '/api/stream/poll?after=x', undefined, { authorization });
  expect(bad.status).toBe(422);
});

test('who is nobody is not let in; a function sends to the servers', async () => {
  expect((await overHttp(home, 'GET', '/api/stream')).status).toBe(401);
  await expect(overWebSocket(home, 'Token forged')).rejects.toThrow('401');
  const { authorization } = await joined(overHttp, home);
  const asFunction = { ...home, app: createApp(home.deps) };
  const answer = await overEvents(asFunction, 'GET', '/api/stream', undefined, { authorization });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
});

test('a server that ends asks everybody to come again, each a little later, and lets them go', async () => {
  const { reader, post } = await pair();
  const all = [
    await overSse(away, reader.authorization),
    await overSse(away, reader.authorization),
    await overWebSocket(away, reader.authorization),
  ];
  expect(all.at(-1)).toMatchObject({ protocol: 'meridian.feed' });
  // Those of the tests before have been noticed to be gone.
  await until(() => away.hub.size === 3);
  away.deps.lifecycle.drain();
  await Promise.all(all.map(({ ended }) => ended));
  const delays = all.map(({ reconnectAfterMs }) => reconnectAfterMs);
  for (const delay of delays) {
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThanOrEqual(1_000);
  }
  expect(away.hub.size).toBe(0);
  await expect(overSse(away, reader.authorization)).rejects.toThrow('503');
  const refused = await overSocket(
    away.url,
    'GET /api/ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      `authorization: ${reader.authorization}\r\n\r\n`,
  );
  expect([refused.status, refused.head]).toEqual([503, expect.stringMatching(/retry-after: \d/)]);
  await post('Meanwhile');
  const again = await overSse(home, reader.authorization, all[0]!.cursor);
  await until(() => again.titles.length === 1);
  expect(again.titles).toEqual(['Meanwhile']);
  again.stop();
});
