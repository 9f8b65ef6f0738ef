import { BLANK, type Case, type Group, USER } from '../case';
import { expectEqual, expectError, expectShape, expectStatus, expectTrue } from '../expect';

const registration: readonly Case[] = [
  {
    name: 'registers: 201, with a token and nothing of the password',
    run: async (api) => {
      const username = api.unique('reg');
      const user = { username, email: `${username}@example.com`, password: 'correct horse' };
      const answer = await api.call('POST', '/api/users', { body: { user } });
      expectStatus(answer, 201);
      expectShape(answer.body.user, USER, 'user');
      const { token, ...rest } = answer.body.user;
      expectTrue(typeof token === 'string' && token !== '', 'user.token is a text');
      expectEqual(rest, { email: user.email, username, bio: null, image: null }, 'user');
    },
  },
  {
    name: 'refuses a taken name or address: 409 with its key',
    run: async (api) => {
      const taken = await api.join();
      const other = api.unique('other');
      const fresh = { username: other, email: `${other}@example.com`, password: 'correct horse' };
      const sameName = { ...fresh, username: taken.username };
      const sameMail = { ...fresh, email: taken.email };
      const message = 'has already been taken';
      const post = (user: object) => api.call('POST', '/api/users', { body: { user } });
      expectError(await post(sameName), 409, 'username', message);
      expectError(await post(sameMail), 409, 'email', message);
      expectStatus(await post(fresh), 201);
    },
  },
  {
    name: 'refuses blank fields: 422 with each key',
    run: async (api) => {
      for (const blank of ['', null, undefined]) {
        const user = { username: blank, email: blank, password: blank };
        const answer = await api.call('POST', '/api/users', { body: { user } });
        for (const field of Object.keys(user)) expectError(answer, 422, field, BLANK);
      }
    },
  },
  {
    name: 'passwords: 8 and 64 characters are taken, 7 are not, no rules of composition',
    run: async (api) => {
      const status = async (password: string) => {
        const username = api.unique('pw');
        const user = { username, email: `${username}@example.com`, password };
        return await api.call('POST', '/api/users', { body: { user } });
      };
      expectStatus(await status('aaaaaaaa'), 201);
      expectStatus(await status('a'.repeat(64)), 201);
      expectError(await status('aaaaaaa'), 422, 'password');
    },
  },
];

const login: readonly Case[] = [
  {
    name: 'logs in: 200 with a token that works',
    run: async (api) => {
      const { email, password, username } = await api.join();
      const answer = await api.call('POST', '/api/users/login', {
        body: { user: { email, password } },
      });
      expectStatus(answer, 200);
      expectShape(answer.body.user, USER, 'user');
      const me = await api.call('GET', '/api/user', { token: answer.body.user.token });
      expectStatus(me, 200);
      expectEqual(me.body.user.username, username, 'user.username');
    },
  },
  {
    name: 'refuses a wrong password and an unknown address alike: 401 credentials',
    run: async (api) => {
      const { email } = await api.join();
      for (const user of [
        { email, password: 'wrong horse' },
        { email: `${api.unique('nobody')}@example.com`, password: 'wrong horse' },
      ]) {
        const answer = await api.call('POST', '/api/users/login', { body: { user } });
        expectError(answer, 401, 'credentials', 'invalid');
      }
    },
  },
  {
    name: 'refuses blank credentials: 422',
    run: async (api) => {
      const post = (user: object) => api.call('POST', '/api/users/login', { body: { user } });
      expectError(await post({ email: '', password: 'x' }), 422, 'email', BLANK);
      expectError(await post({ email: 'a@example.com', password: '' }), 422, 'password', BLANK);
    },
  },
];

const current: readonly Case[] = [
  {
    name: 'needs a token: 401 for none and for a forged one',
    run: async (api) => {
      for (const method of ['GET', 'PUT']) {
        const body = method === 'PUT' ? { body: { user: { bio: 'x' } } } : {};
        expectError(await api.call(method, '/api/user', body), 401, 'token', 'is missing');
        const forged = await api.call(method, '/api/user', { ...body, token: 'forged.token' });
        expectError(forged, 401, 'token');
      }
    },
  },
  {
    name: 'changes bio and image; empty and null are none; what is absent stays',
    run: async (api) => {
      const { token, username } = await api.join();
      const put = async (user: object) => {
        const answer = await api.call('PUT', '/api/user', { body: { user }, token });
        expectStatus(answer, 200);
        const read = await api.call('GET', '/api/user', { token });
        expectEqual(read.body.user.bio, answer.body.user.bio, 'bio as read again');
        return answer.body.user;
      };
      const image = 'https://example.com/a.png';
      expectEqual((await put({ bio: 'I write', image })).bio, 'I write', 'bio');
      expectEqual((await put({ bio: '' })).bio, null, 'bio after ""');
      const after = await put({ image: null });
      expectEqual([after.image, after.username], [null, username], 'image after null, username');
    },
  },
  {
    name: 'changes name and address; the old ones are free, the new ones taken',
    run: async (api) => {
      const before = await api.join();
      const username = api.unique('renamed');
      const user = { username, email: `${username}@example.com` };
      const { token, password } = before;
      const answer = await api.call('PUT', '/api/user', { body: { user }, token });
      expectStatus(answer, 200);
      expectEqual(answer.body.user.username, username, 'username');
      expectStatus(await api.call('GET', `/api/profiles/${username}`), 200);
      expectStatus(await api.call('GET', `/api/profiles/${before.username}`), 404);
      const login = { user: { email: user.email, password } };
      expectStatus(await api.call('POST', '/api/users/login', { body: login }), 200);
      const old = { username: before.username, email: before.email, password };
      expectStatus(await api.call('POST', '/api/users', { body: { user: old } }), 201);
      const again = { user: { ...user, password } };
      expectError(await api.call('POST', '/api/users', { body: again }), 409, 'username');
    },
  },
  {
    name: 'refuses a taken name or address: 409; blank ones: 422',
    run: async (api) => {
      const [taken, { token }] = [await api.join(), await api.join()];
      const put = (user: object) => api.call('PUT', '/api/user', { body: { user }, token });
      expectError(await put({ username: taken.username }), 409, 'username');
      expectError(await put({ email: taken.email }), 409, 'email');
      for (const blank of ['', null]) {
        expectError(await put({ username: blank }), 422, 'username', BLANK);
        expectError(await put({ email: blank }), 422, 'email', BLANK);
        expectError(await put({ password: blank }), 422, 'password');
      }
      expectError(await put({ password: '1234567' }), 422, 'password');
    },
  },
  {
    name: 'a changed password counts at once, and this session goes on',
    run: async (api) => {
      const { email, password, token } = await api.join();
      const changed = 'another battery';
      const body = { user: { password: changed } };
      expectStatus(await api.call('PUT', '/api/user', { body, token }), 200);
      const login = (given: string) =>
        api.call('POST', '/api/users/login', { body: { user: { email, password: given } } });
      expectStatus(await login(changed), 200);
      expectError(await login(password), 401, 'credentials');
      expectStatus(await api.call('GET', '/api/user', { token }), 200);
    },
  },
  {
    name: 'a changed card shows with the articles that were there before',
    run: async (api) => {
      const { token } = await api.join();
      const { slug } = await api.post(token);
      await api.call('GET', `/api/articles/${slug}`);
      await api.call('PUT', '/api/user', { body: { user: { bio: 'Later' } }, token });
      const read = await api.call('GET', `/api/articles/${slug}`);
      expectEqual(read.body.article?.author?.bio, 'Later', 'author.bio');
    },
  },
];

export const USERS: Group = {
  name: 'users',
  part: 'contract',
  cases: [...registration, ...login, ...current],
};
