import type { Group } from '../case';
import { expectEqual, expectError, expectStatus, expectTrue } from '../expect';

export const CORS: Group = {
  name: 'cors',
  part: 'contract',
  cases: [
    {
      name: 'front ends of other origins may call, errors included',
      run: async (api) => {
        const headers = {
          origin: 'https://front.example',
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'authorization,content-type',
        };
        const preflight = await api.call('OPTIONS', '/api/user', { headers });
        expectTrue([200, 204].includes(preflight.status), 'a preflight succeeds');
        const allowed = (name: string) => preflight.headers.get(`access-control-allow-${name}`);
        expectEqual(allowed('origin'), '*', 'access-control-allow-origin');
        expectTrue(allowed('methods')?.includes('PUT') === true, 'PUT is allowed');
        expectTrue(
          allowed('headers')?.includes('authorization') === true,
          'authorization is allowed',
        );
        for (const path of ['/api/tags', '/api/user']) {
          const answer = await api.call('GET', path, { headers: { origin: headers.origin } });
          expectEqual(answer.headers.get('access-control-allow-origin'), '*', `${path} has it`);
        }
      },
    },
  ],
};

export const SESSIONS: Group = {
  name: 'sessions',
  part: 'extension',
  cases: [
    {
      name: 'logout ends this session and no other',
      run: async (api) => {
        const { email, password, token } = await api.join();
        const login = await api.call('POST', '/api/users/login', {
          body: { user: { email, password } },
        });
        const other = String(login.body.user.token);
        expectStatus(await api.call('POST', '/api/session/logout', { token }), 204);
        expectError(await api.call('GET', '/api/user', { token }), 401, 'token');
        expectStatus(await api.call('GET', '/api/user', { token: other }), 200);
      },
    },
    {
      name: 'are listed and revoked one by one',
      run: async (api) => {
        const { email, password, token } = await api.join();
        const login = await api.call('POST', '/api/users/login', {
          body: { user: { email, password } },
        });
        const other = String(login.body.user.token);
        const list = async () => (await api.call('GET', '/api/sessions', { token })).body.sessions;
        const sessions = await list();
        expectEqual(sessions?.length, 2, 'sessions');
        const [elsewhere] = sessions.filter((session: { current: boolean }) => !session.current);
        const path = `/api/sessions/${elsewhere.id}`;
        const stranger = await api.join();
        expectError(await api.call('DELETE', path, { token: stranger.token }), 404, 'session');
        expectStatus(await api.call('DELETE', path, { token }), 204);
        expectError(await api.call('GET', '/api/user', { token: other }), 401, 'token');
        expectEqual((await list())?.length, 1, 'sessions afterwards');
      },
    },
    {
      name: 'a changed password ends all others',
      run: async (api) => {
        const { email, password, token } = await api.join();
        const login = await api.call('POST', '/api/users/login', {
          body: { user: { email, password } },
        });
        const other = String(login.body.user.token);
        expectStatus(await api.call('GET', '/api/user', { token: other }), 200);
        const body = { user: { password: 'another battery' } };
        expectStatus(await api.call('PUT', '/api/user', { body, token }), 200);
        expectError(await api.call('GET', '/api/user', { token: other }), 401, 'token');
        expectStatus(await api.call('GET', '/api/user', { token }), 200);
        const again = await api.call('POST', '/api/users/login', {
          body: { user: { email, ...body.user } },
        });
        expectStatus(again, 200);
        const fresh = String(again.body.user.token);
        expectStatus(await api.call('GET', '/api/user', { token: fresh }), 200);
      },
    },
    {
      name: 'all but this one are ended at once',
      run: async (api) => {
        const { email, password, token } = await api.join();
        const login = await api.call('POST', '/api/users/login', {
          body: { user: { email, password } },
        });
        const mine = String(login.body.user.token);
        expectStatus(await api.call('GET', '/api/user', { token }), 200);
        expectStatus(await api.call('DELETE', '/api/sessions', { token: mine }), 204);
        expectError(await api.call('GET', '/api/user', { token }), 401, 'token');
        const { body } = await api.call('GET', '/api/sessions', { token: mine });
        const currents = body.sessions?.map((session: { current: boolean }) => session.current);
        expectEqual(currents, [true], 'sessions afterwards');
      },
    },
  ],
};

export const REPEATS: Group = {
  name: 'idempotency and cursors',
  part: 'extension',
  cases: [
    {
      name: 'a write repeated with its key is done once; another under the key is refused',
      run: async (api) => {
        const { token, username } = await api.join();
        const headers = { 'idempotency-key': api.unique('key') };
        const article = { title: 'Once', description: 'D', body: 'B' };
        const post = (fields: object) =>
          api.call('POST', '/api/articles', { body: { article: fields }, token, headers });
        const [first, second] = await Promise.all([post(article), post(article)]);
        expectStatus(first, 201);
        expectEqual(second.body, first.body, 'the repeated answer');
        expectError(await post({ ...article, title: 'Twice' }), 422, 'idempotency-key');
        const { slug } = first.body.article;
        const again = await api.call('POST', `/api/articles/${slug}/comments`, {
          body: { comment: { body: 'C' } },
          token,
          headers: { 'idempotency-key': api.unique('key') },
        });
        expectStatus(again, 201);
        const list = await api.call('GET', `/api/articles?author=${username}`);
        expectEqual(list.body.articlesCount, 1, 'articlesCount');
      },
    },
    {
      name: 'cursors lead through a list that grows meanwhile',
      run: async (api) => {
        const { token, username } = await api.join();
        for (const title of ['One', 'Two', 'Three']) await api.post(token, { title });
        const path = `/api/articles?author=${username}&limit=2`;
        const first = await api.call('GET', path);
        const cursor = first.headers.get('x-meridian-next-cursor');
        expectTrue(cursor !== null, 'the first page names the next');
        await api.post(token, { title: 'Four' });
        const second = await api.call('GET', `${path}&cursor=${cursor}`);
        const titles = second.body.articles?.map((one: { title: string }) => one.title);
        expectEqual(titles, ['One'], 'titles of the second page');
      },
    },
  ],
};
