import type { Api, Json } from '../api';
import { type Group, SUMMARY } from '../case';
import { expectEqual, expectError, expectShape, expectStatus, expectTrue } from '../expect';

const titles = (body: Json): string[] =>
  (body.articles ?? []).map((article: Json) => article.title as string);

async function list(api: Api, query: string, token?: string): Promise<Json> {
  const answer = await api.call(
    'GET',
    `/api/articles?${query}`,
    token === undefined ? {} : { token },
  );
  expectStatus(answer, 200);
  return answer.body;
}

export const LISTS: Group = {
  name: 'lists',
  part: 'contract',
  cases: [
    {
      name: 'lists newest first, without bodies, by author',
      run: async (api) => {
        const { token, username } = await api.join();
        for (const title of ['One', 'Two', 'Three']) await api.post(token, { title });
        const body = await list(api, `author=${username}`);
        expectEqual(titles(body), ['Three', 'Two', 'One'], 'titles');
        expectEqual(body.articlesCount, 3, 'articlesCount');
        for (const article of body.articles) expectShape(article, SUMMARY, 'article of a list');
      },
    },
    {
      name: 'a new article is in the global list at once',
      run: async (api) => {
        const { token } = await api.join();
        await list(api, 'limit=20');
        const { slug } = await api.post(token);
        const slugs = (await list(api, 'limit=20')).articles.map((one: Json) => one.slug as string);
        expectTrue(slugs.includes(slug), 'the newest twenty hold the new article');
      },
    },
    {
      name: 'limit and offset page through a list; defaults are 20 and 0',
      run: async (api) => {
        const { token, username } = await api.join();
        for (const title of ['One', 'Two', 'Three']) await api.post(token, { title });
        const page = async (query: string) =>
          titles(await list(api, `author=${username}&${query}`));
        expectEqual(await page('limit=1'), ['Three'], 'limit=1');
        expectEqual(await page('limit=1&offset=1'), ['Two'], 'limit=1&offset=1');
        expectEqual(await page('limit=5&offset=2'), ['One'], 'limit=5&offset=2');
        const beyond = await list(api, `author=${username}&offset=9`);
        expectEqual([titles(beyond), beyond.articlesCount], [[], 3], 'offset beyond the end');
      },
    },
    {
      name: 'filters by author and tag together, by favorited, and by all three',
      run: async (api) => {
        const [ann, bob] = [await api.join(), await api.join()];
        const tag = api.unique('tag');
        await api.post(ann.token, { title: 'Ann tagged', tagList: [tag] });
        await api.post(ann.token, { title: 'Ann plain' });
        const { slug } = await api.post(bob.token, { title: 'Bob tagged', tagList: [tag] });
        const by = async (query: string) => {
          const body = await list(api, query);
          return [titles(body), body.articlesCount];
        };
        const annTagged = `author=${ann.username}&tag=${tag}`;
        expectEqual(await by(annTagged), [['Ann tagged'], 1], 'author and tag');
        expectEqual(await by(`tag=${tag}`), [['Bob tagged', 'Ann tagged'], 2], 'tag');
        expectStatus(
          await api.call('POST', `/api/articles/${slug}/favorite`, { token: ann.token }),
          200,
        );
        const favorited = `favorited=${ann.username}`;
        expectEqual(await by(favorited), [['Bob tagged'], 1], 'favorited');
        const all = `${favorited}&author=${bob.username}&tag=${tag}`;
        expectEqual(await by(all), [['Bob tagged'], 1], 'favorited, author and tag');
        expectEqual(await by(`${favorited}&author=${ann.username}`), [[], 0], 'none of her own');
        expectEqual(await by(`${favorited}&tag=${tag}x`), [[], 0], 'favorited and another tag');
      },
    },
    {
      name: 'an unknown author, tag or favourer: an empty list',
      run: async (api) => {
        for (const name of ['author', 'tag', 'favorited'])
          expectEqual(
            await list(api, `${name}=${api.unique('nothing')}`),
            { articles: [], articlesCount: 0 },
            name,
          );
      },
    },
    {
      name: 'shows the viewer what they favour and whom they follow',
      run: async (api) => {
        const [author, viewer] = [await api.join(), await api.join()];
        const { slug } = await api.post(author.token);
        const { token } = viewer;
        await api.call('POST', `/api/articles/${slug}/favorite`, { token });
        await api.call('POST', `/api/profiles/${author.username}/follow`, { token });
        const flags = async (as?: string) => {
          const [article] = (await list(api, `author=${author.username}`, as)).articles;
          return [article?.favorited, article?.author?.following, article?.favoritesCount];
        };
        expectEqual(await flags(token), [true, true, 1], 'flags as the viewer sees them');
        expectEqual(await flags(), [false, false, 1], 'flags as anybody sees them');
      },
    },
  ],
};

export const FEED: Group = {
  name: 'feed',
  part: 'contract',
  cases: [
    {
      name: 'needs a token: 401',
      run: async (api) => {
        expectError(await api.call('GET', '/api/articles/feed'), 401, 'token', 'is missing');
      },
    },
    {
      name: 'holds those who are followed, newest first, at once and no longer than they are',
      run: async (api) => {
        const [ann, bob, reader] = [await api.join(), await api.join(), await api.join()];
        const { token } = reader;
        const feed = async (query = '') => {
          const answer = await api.call('GET', `/api/articles/feed${query}`, { token });
          expectStatus(answer, 200);
          return answer.body;
        };
        expectEqual(
          await feed(),
          { articles: [], articlesCount: 0 },
          'feed of one who follows nobody',
        );
        await api.post(ann.token, { title: 'Before' });
        for (const { username } of [ann, bob])
          await api.call('POST', `/api/profiles/${username}/follow`, { token });
        expectEqual(titles(await feed()), ['Before'], 'feed after following');
        await api.post(bob.token, { title: 'Bob' });
        await api.post(ann.token, { title: 'Ann' });
        const body = await feed();
        expectEqual(titles(body), ['Ann', 'Bob', 'Before'], 'feed');
        expectEqual(body.articlesCount, 3, 'articlesCount');
        for (const article of body.articles) {
          expectShape(article, SUMMARY, 'article of the feed');
          expectEqual(article.author.following, true, 'author.following');
        }
        expectEqual(titles(await feed('?limit=1&offset=1')), ['Bob'], 'second page');
        await api.call('DELETE', `/api/profiles/${ann.username}/follow`, { token });
        expectEqual(titles(await feed()), ['Bob'], 'feed after unfollowing');
      },
    },
  ],
};

export const TAGS: Group = {
  name: 'tags',
  part: 'contract',
  cases: [
    {
      name: 'a brand-new tag of one article is there at once, and goes with it',
      run: async (api) => {
        const { token } = await api.join();
        const tag = api.unique('brand');
        const has = async () => {
          const answer = await api.call('GET', '/api/tags');
          expectStatus(answer, 200);
          return (answer.body.tags as string[]).includes(tag);
        };
        expectEqual(await has(), false, 'the tag before');
        const { slug } = await api.post(token, { tagList: [tag] });
        expectEqual(await has(), true, 'the tag after');
        await api.call('DELETE', `/api/articles/${slug}`, { token });
        expectEqual(await has(), false, 'the tag once its article is gone');
      },
    },
  ],
};
