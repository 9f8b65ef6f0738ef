import { Asking, OF_OUTAGES } from '../support/answers';
import { overHttp } from '../support/client';
import { type FullWorld, startFullWorld } from '../support/full';
import { draft, joined, person } from '../support/live';

jest.setTimeout(60_000);

let world: FullWorld;

beforeAll(async () => {
  world = await startFullWorld();
}, 120_000);

afterAll(async () => {
  await world.stop();
}, 60_000);

/** Where nothing of the kind is declared. */
const OF_LESS = [
  'get /api/drafts 404',
  'get /api/notifications 404',
  'post /api/notifications/read 404',
  'post /api/uploads 404',
];

test('every answer that is documented is given, and is as it is documented', async () => {
  const asking = new Asking(world.home);
  const { authorization } = world;
  const mine = { authorization };
  const stranger = { authorization: (await joined(overHttp, world.home)).authorization };
  const ask = asking.ask.bind(asking);

  const user = person();
  await ask('post', '/api/users', { user });
  await ask('post', '/api/users', { user });
  const session = {
    authorization: `Token ${(await ask('post', '/api/users/login', { user })).body.user.token}`,
  };
  await ask('post', '/api/users/login', { user: { ...user, password: 'wrong horse' } });
  await ask('get', '/api/user', undefined, session);
  await ask('put', '/api/user', { user: { bio: 'Here' } }, session);
  await ask('put', '/api/user', { user: { username: user.username } }, mine);
  for (const path of ['', '/follow'])
    for (const method of path === '' ? ['get'] : ['post', 'delete'])
      await ask(method, `/api/profiles/${user.username}${path}`, undefined, mine);

  const { slug } = (await ask('post', '/api/articles', { article: draft() }, mine)).body.article;
  const at = `/api/articles/${slug}`;
  await ask('get', at);
  await ask('put', at, { article: { title: 'Other' } }, mine);
  await ask('put', at, { article: { title: 'Other' } }, stranger);
  await ask('put', at, { article: { title: '' } }, mine);
  await ask('delete', at, undefined, stranger);
  for (const method of ['post', 'delete']) await ask(method, `${at}/favorite`, undefined, mine);
  const comment = { comment: { body: 'Indeed.' } };
  const said = (await ask('post', `${at}/comments`, comment, mine)).body as unknown as {
    readonly comment: { readonly id: number };
  };
  await ask('get', `${at}/comments`);
  const remark = `${at}/comments/${said.comment.id}`;
  await ask('delete', remark, undefined, stranger);
  for (const path of ['', '/feed']) await ask('get', `/api/articles${path}`, undefined, mine);
  for (const path of ['tags', 'tags/trending', 'search?q=train']) await ask('get', `/api/${path}`);
  await ask('get', '/api/articles', undefined, { authorization: 'Token forged.token' });
  await ask('get', '/api/search?q=x', undefined, { authorization: 'Token forged.token' });
  for (const path of ['/healthz', '/readyz']) await ask('get', path);
  for (const path of ['user/suggestions', 'notifications', 'stream/poll', 'sessions', 'drafts'])
    await ask('get', `/api/${path}`, undefined, mine);
  await asking.listen(authorization);
  await ask('post', '/api/notifications/read', {}, mine);
  const upload = { contentType: 'image/png', size: 10 };
  await ask('post', '/api/uploads', { upload }, mine);

  const kept = '/api/drafts/kept';
  const { revision } = (await ask('put', kept, { draft: draft() }, mine)).body.draft;
  for (const path of ['', '/revisions', `/revisions/${revision}`])
    await ask('get', `${kept}${path}`, undefined, mine);
  await ask('put', kept, { draft: draft({ title: 'Beside' }), parents: [] }, mine);
  await ask('post', `${kept}/publish`, {}, mine);
  const late = { ...mine, 'x-meridian-time-left': '0' };
  await ask('post', `${kept}/publish`, { revision }, late);
  await ask('post', `${kept}/publish`, { revision }, mine);
  await ask('put', '/api/drafts/other', { draft: draft() }, mine);
  await ask('delete', '/api/drafts/other', undefined, mine);

  await asking.askAmiss(authorization, {
    ...{ slug, username: user.username, revision },
    id: String(said.comment.id),
  });
  await ask('delete', remark, undefined, mine);
  await ask('delete', at, undefined, mine);
  const sessions = (await ask('get', '/api/sessions', undefined, session)).body as unknown as {
    readonly sessions: readonly { readonly id: string }[];
  };
  await ask('delete', '/api/sessions', undefined, session);
  await ask('post', '/api/session/logout', undefined, stranger);
  await ask('delete', `/api/sessions/${sessions.sessions[0]!.id}`, undefined, session);

  expect(asking.faults).toEqual([]);
  const untold = asking.documentation.untold.filter((answer) => !OF_OUTAGES.has(answer));
  expect(untold).toEqual(OF_LESS);
});
