import { BLANK, type Case, type Group, NOWHERE, PROFILE, SUMMARY } from '../case';
import { expectEqual, expectError, expectShape, expectStatus, expectTrue } from '../expect';

const posting: readonly Case[] = [
  {
    name: 'posts: 201, read by anybody at once',
    run: async (api) => {
      const { token, username } = await api.join();
      const tag = api.unique('tag');
      const article = { title: 'A title', description: 'D', body: 'B', tagList: [tag, 'x'] };
      const answer = await api.call('POST', '/api/articles', { body: { article }, token });
      expectStatus(answer, 201);
      const posted = answer.body.article;
      expectShape(posted, [...SUMMARY, 'body'], 'article');
      expectShape(posted.author, PROFILE, 'article.author');
      const { title, description, body, tagList, favorited, favoritesCount } = posted;
      expectEqual({ title, description, body, tagList }, article, 'article');
      expectEqual([favorited, favoritesCount], [false, 0], 'favorited, favoritesCount');
      expectEqual(posted.author.username, username, 'author.username');
      const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
      expectTrue(time.test(posted.createdAt), 'createdAt is ISO 8601 with milliseconds');
      expectTrue(time.test(posted.updatedAt), 'updatedAt is ISO 8601 with milliseconds');
      const read = await api.call('GET', `/api/articles/${posted.slug}`);
      expectStatus(read, 200);
      expectEqual(read.body.article, posted, 'article as read');
    },
  },
  {
    name: 'equal titles have different slugs; an article needs no tags',
    run: async (api) => {
      const { token } = await api.join();
      const title = api.unique('Same');
      const [one, two] = [await api.post(token, { title }), await api.post(token, { title })];
      expectTrue(one.slug !== two.slug, 'the slugs differ');
      expectEqual(one.tagList, [], 'tagList');
    },
  },
  {
    name: 'refuses blank fields: 422 with each key; no token: 401',
    run: async (api) => {
      const { token } = await api.join();
      const article = { title: '', description: '', body: '' };
      const answer = await api.call('POST', '/api/articles', { body: { article }, token });
      for (const field of Object.keys(article)) expectError(answer, 422, field, BLANK);
      const anonymous = await api.call('POST', '/api/articles', { body: { article } });
      expectError(anonymous, 401, 'token', 'is missing');
    },
  },
  {
    name: 'an unknown slug: 404 for every method',
    run: async (api) => {
      const { token } = await api.join();
      const path = `/api/articles/${NOWHERE}`;
      expectError(await api.call('GET', path), 404, 'article', 'not found');
      const body = { article: { title: 'T' } };
      expectError(await api.call('PUT', path, { body, token }), 404, 'article', 'not found');
      expectError(await api.call('DELETE', path, { token }), 404, 'article', 'not found');
    },
  },
];

const changing: readonly Case[] = [
  {
    name: 'changes one field, the others stay; a new title gives a new slug',
    run: async (api) => {
      const { token } = await api.join();
      const before = await api.post(token, { tagList: ['keep'] });
      const put = (slug: string, article: object) =>
        api.call('PUT', `/api/articles/${slug}`, { body: { article }, token });
      const first = await put(before.slug, { body: 'Changed.' });
      expectStatus(first, 200);
      const { updatedAt, ...rest } = first.body.article;
      expectTrue(updatedAt >= before.updatedAt, 'updatedAt does not go back');
      const expected = { ...before, body: 'Changed.' };
      delete expected.updatedAt;
      expectEqual(rest, expected, 'article after a change of its body');
      const title = api.unique('Retitled');
      const second = await put(before.slug, { title });
      const { slug } = second.body.article;
      expectTrue(slug !== before.slug, 'the slug changes with the title');
      const read = await api.call('GET', `/api/articles/${slug}`);
      expectEqual([read.status, read.body.article?.title], [200, title], 'read under the new slug');
      expectEqual(read.body.article.body, 'Changed.', 'body as read');
    },
  },
  {
    name: 'tagList: absent keeps, [] clears, null is refused with 422',
    run: async (api) => {
      const { token } = await api.join();
      const [old, fresh] = [api.unique('old'), api.unique('new')];
      const { slug } = await api.post(token, { tagList: [old] });
      const put = (article: object) =>
        api.call('PUT', `/api/articles/${slug}`, { body: { article }, token });
      expectEqual((await put({ description: 'D' })).body.article.tagList, [old], 'kept tagList');
      expectError(await put({ tagList: null }), 422, 'tagList');
      expectEqual((await put({ tagList: [fresh] })).body.article.tagList, [fresh], 'new tagList');
      const count = async (tag: string) =>
        (await api.call('GET', `/api/articles?tag=${tag}`)).body.articlesCount as unknown;
      expectEqual([await count(old), await count(fresh)], [0, 1], 'articles by old and new tag');
      expectEqual((await put({ tagList: [] })).body.article.tagList, [], 'cleared tagList');
      expectEqual(await count(fresh), 0, 'articles by the cleared tag');
    },
  },
  {
    name: 'refuses blank fields: 422; no token: 401; another’s article: 403',
    run: async (api) => {
      const [owner, other] = [await api.join(), await api.join()];
      const path = `/api/articles/${(await api.post(owner.token)).slug}`;
      for (const field of ['title', 'description', 'body']) {
        const body = { article: { [field]: '' } };
        expectError(await api.call('PUT', path, { body, token: owner.token }), 422, field, BLANK);
      }
      const body = { article: { body: 'Mine now' } };
      expectError(await api.call('PUT', path, { body }), 401, 'token', 'is missing');
      const stolen = await api.call('PUT', path, { body, token: other.token });
      expectError(stolen, 403, 'article', 'forbidden');
      const deleted = await api.call('DELETE', path, { token: other.token });
      expectError(deleted, 403, 'article', 'forbidden');
      expectError(await api.call('DELETE', path), 401, 'token', 'is missing');
      expectStatus(await api.call('GET', path), 200);
    },
  },
  {
    name: 'deletes: 204, gone from every list at once',
    run: async (api) => {
      const { token, username } = await api.join();
      const tag = api.unique('tag');
      const { slug } = await api.post(token, { tagList: [tag] });
      const lists = [`author=${username}`, `tag=${tag}`, `author=${username}&tag=${tag}`];
      for (const list of lists) await api.call('GET', `/api/articles?${list}`);
      const answer = await api.call('DELETE', `/api/articles/${slug}`, { token });
      expectStatus(answer, 204);
      expectError(await api.call('GET', `/api/articles/${slug}`), 404, 'article', 'not found');
      for (const list of lists) {
        const { body } = await api.call('GET', `/api/articles?${list}`);
        expectEqual(body, { articles: [], articlesCount: 0 }, list);
      }
      const again = await api.call('DELETE', `/api/articles/${slug}`, { token });
      expectError(again, 404, 'article', 'not found');
    },
  },
];

export const ARTICLES: Group = {
  name: 'articles',
  part: 'contract',
  cases: [...posting, ...changing],
};
