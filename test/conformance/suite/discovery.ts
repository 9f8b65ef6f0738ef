import type { Group } from '../case';
import { PROFILE, SUMMARY } from '../case';
import { expectEqual, expectError, expectShape, expectStatus, expectTrue } from '../expect';

export const DISCOVERY: Group = {
  name: 'search and suggestions',
  part: 'extension',
  cases: [
    {
      name: 'an article is found by its words at once, by anybody, and not after it is gone',
      run: async (api) => {
        const { token } = await api.join();
        const word = api.unique('quux').replaceAll('-', '');
        const body = `Somewhere a ${word} sleeps.`;
        const { slug } = await api.post(token, { body });
        const find = async (q: string) => {
          const answer = await api.call('GET', `/api/search?q=${encodeURIComponent(q)}`);
          expectStatus(answer, 200);
          return answer.body.articles;
        };
        const [found, ...others] = await find(word.toUpperCase());
        expectEqual([found?.slug, others.length], [slug, 0], 'what is found');
        expectShape(found, SUMMARY, 'an article that is found');
        expectEqual((await find(`${word} nowhere${word}`)).length, 0, 'without one of the words');
        expectStatus(await api.call('DELETE', `/api/articles/${slug}`, { token }), 204);
        expectEqual((await find(word)).length, 0, 'what is found when it is gone');
      },
    },
    {
      name: 'trending tags come with their numbers, most articles first, none without',
      run: async (api) => {
        const answer = await api.call('GET', '/api/tags/trending?limit=5');
        expectStatus(answer, 200);
        const { tags, refreshedAt } = answer.body;
        const numbers = (tags as { articles: number }[]).map(({ articles }) => articles);
        expectTrue(tags.length <= 5, 'no more than asked for');
        expectTrue(
          numbers.every((n, at) => n >= 1 && n <= (numbers[at - 1] ?? n)),
          `falling numbers, got ${numbers.join()}`,
        );
        expectTrue(!Number.isNaN(Date.parse(refreshedAt)), 'the time of the last refresh');
        expectError(await api.call('GET', '/api/tags/trending?limit=0'), 422, 'limit');
      },
    },
    {
      name: 'whatever is typed is searched for; nothing at all: 422',
      run: async (api) => {
        for (const q of ['"', "' or 1=1 --", '((& | !', 'a:*', '-', '日本'])
          expectStatus(await api.call('GET', `/api/search?q=${encodeURIComponent(q)}`), 200);
        expectError(await api.call('GET', '/api/search'), 422, 'q');
        expectError(await api.call('GET', '/api/search?q=%20'), 422, 'q');
      },
    },
    {
      name: 'who is followed by those whom one follows is suggested, until one follows them',
      run: async (api) => {
        const [me, friend, star] = [await api.join(), await api.join(), await api.join()];
        const follow = async (by: { token: string }, whom: { username: string }) => {
          const path = `/api/profiles/${whom.username}/follow`;
          expectStatus(await api.call('POST', path, { token: by.token }), 200);
        };
        const suggested = async () => {
          const answer = await api.call('GET', '/api/user/suggestions', { token: me.token });
          expectStatus(answer, 200);
          return answer.body.profiles;
        };
        expectEqual(await suggested(), [], 'suggestions for somebody who follows nobody');
        await follow(friend, star);
        await follow(me, friend);
        const [first] = await suggested();
        expectShape(first, PROFILE, 'a suggestion');
        expectEqual(first.username, star.username, 'the suggestion');
        await follow(me, star);
        expectTrue((await suggested()).length === 0, 'nobody is left to suggest');
        expectError(await api.call('GET', '/api/user/suggestions'), 401, 'token');
      },
    },
  ],
};
