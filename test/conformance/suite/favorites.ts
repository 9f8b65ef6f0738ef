import { type Group, NOWHERE, SUMMARY } from '../case';
import { expectEqual, expectError, expectShape, expectStatus } from '../expect';

export const FAVORITES: Group = {
  name: 'favorites',
  part: 'contract',
  cases: [
    {
      name: 'counts once for each user, is repeatable and taken back, seen by all at once',
      run: async (api) => {
        const [author, one, two] = [await api.join(), await api.join(), await api.join()];
        const { slug } = await api.post(author.token);
        const path = `/api/articles/${slug}`;
        const seen = async (token?: string) => {
          const { body } = await api.call('GET', path, token === undefined ? {} : { token });
          return [body.article?.favorited, body.article?.favoritesCount];
        };
        const change = async (method: string, token: string) => {
          const answer = await api.call(method, `${path}/favorite`, { token });
          expectStatus(answer, 200);
          expectShape(answer.body.article, [...SUMMARY, 'body'], 'article');
          return [answer.body.article.favorited, answer.body.article.favoritesCount];
        };
        expectEqual(await change('POST', one.token), [true, 1], 'the first favourite');
        expectEqual(await change('POST', one.token), [true, 1], 'the same again');
        expectEqual(await seen(), [false, 1], 'as anybody sees it');
        expectEqual(await change('POST', two.token), [true, 2], 'the second');
        expectEqual(await seen(one.token), [true, 2], 'as the first user sees it');
        expectEqual(await change('DELETE', one.token), [false, 1], 'taken back');
        expectEqual(await change('DELETE', one.token), [false, 1], 'taken back again');
        expectEqual(await seen(one.token), [false, 1], 'as the first user sees it then');
        expectEqual(await seen(two.token), [true, 1], 'as the second user sees it then');
      },
    },
    {
      name: 'of many at once all count',
      run: async (api) => {
        const author = await api.join();
        const { slug } = await api.post(author.token);
        const fans = await Promise.all(Array.from({ length: 5 }, () => api.join()));
        const path = `/api/articles/${slug}`;
        await Promise.all(fans.map(({ token }) => api.call('POST', `${path}/favorite`, { token })));
        const { body } = await api.call('GET', path);
        expectEqual(body.article?.favoritesCount, 5, 'favoritesCount');
      },
    },
    {
      name: 'no token: 401; no article: 404',
      run: async (api) => {
        const { token } = await api.join();
        const { slug } = await api.post(token);
        for (const method of ['POST', 'DELETE']) {
          const anonymous = await api.call(method, `/api/articles/${slug}/favorite`);
          expectError(anonymous, 401, 'token', 'is missing');
          const nowhere = await api.call(method, `/api/articles/${NOWHERE}/favorite`, { token });
          expectError(nowhere, 404, 'article', 'not found');
        }
      },
    },
  ],
};
