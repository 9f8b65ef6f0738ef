import type { Api, Json } from '../api';
import type { Group } from '../case';
import { expectEqual, expectError, expectShape, expectStatus, expectTrue } from '../expect';

const SUMMARY = ['id', 'revision', 'updatedAt', 'region', 'title', 'conflicts'] as const;
const DRAFT = [...SUMMARY, 'description', 'body', 'tagList'] as const;
const NOWHERE = '000000000ffffffffffffffff';

export const DRAFTS: Group = {
  name: 'drafts',
  part: 'extension',
  cases: [
    {
      name: 'are kept with their revisions, and published as an article, once',
      run: async (api) => {
        const { token } = await api.join();
        const draft = { title: api.unique('On'), description: 'Short', body: 'One.' };
        const first = await write(api, token, draft);
        if (first === undefined) return;
        expectShape(first, DRAFT, 'a draft');
        const second = await write(api, token, { ...draft, body: 'Two.', tagList: ['quux'] });
        expectEqual([second.body, second.tagList, second.conflicts], ['Two.', ['quux'], []], 'it');
        const [summary, ...others] = (await get(api, token, '')).drafts;
        expectShape(summary, SUMMARY, 'a draft in a list');
        expectEqual([summary.revision, others.length], [second.revision, 0], 'the list');
        const { revisions } = await get(api, token, '/mine/revisions');
        expectEqual(
          revisions.map(({ revision, state }: Json) => [revision, state]),
          [
            [second.revision, 'shown'],
            [first.revision, 'replaced'],
          ],
          'its revisions',
        );
        const { revision } = await get(api, token, `/mine/revisions/${first.revision}`);
        expectEqual(revision.body, 'One.', 'the first one');
        const publish = (path = '/mine') =>
          api.call('POST', `/api/drafts${path}/publish`, {
            token,
            body: { revision: second.revision },
          });
        const [one, other] = [await publish(), await publish()];
        expectStatus(one, 201);
        expectStatus(other, 201);
        expectEqual(other.body.article.slug, one.body.article.slug, 'the article, asked for twice');
        expectEqual((await get(api, token, '')).drafts, [], 'drafts that are left');
        expectError(await publish('/other'), 404, 'revision');
      },
    },
    {
      name: 'that are written beside one another stand beside one another, until one joins them',
      run: async (api) => {
        const { token } = await api.join();
        const first = await write(api, token, { title: 'On' });
        if (first === undefined) return;
        const parents = [first.revision];
        const one = await write(api, token, { title: 'On, one' }, parents);
        const other = await write(api, token, { title: 'On, other' }, parents);
        expectEqual(other.conflicts.length, 1, 'how many stand beside it');
        const told = [other.revision, other.conflicts[0]?.revision];
        expectTrue(told.includes(one.revision), 'the first of them is told of');
        const publish = await api.call('POST', '/api/drafts/mine/publish', { token });
        expectError(publish, 409, 'draft');
        const joined = await write(api, token, { title: 'On both' }, told);
        expectEqual([joined.title, joined.conflicts], ['On both', []], 'what joins them');
        const away = await api.call('DELETE', '/api/drafts/mine', { token });
        expectStatus(away, 204);
        expectError(await api.call('GET', '/api/drafts/mine', { token }), 404, 'draft');
      },
    },
    {
      name: 'are for their author, of a form, and found or not',
      run: async (api) => {
        expectError(await api.call('GET', '/api/drafts'), 401, 'token');
        const { token } = await api.join();
        if ((await write(api, token, {})) === undefined) return;
        const put = (body: unknown) => api.call('PUT', '/api/drafts/mine', { token, body });
        expectError(await put({}), 422, 'draft');
        expectError(await put({ draft: { title: 7 } }), 422, 'title');
        expectError(await put({ draft: { body: '\u00e9'.repeat(160_000) } }), 422, 'draft');
        expectError(await put({ draft: {}, parents: ['x'] }), 422, 'parents');
        const by = { token: (await api.join()).token };
        expectError(await api.call('GET', '/api/drafts/mine', by), 404, 'draft');
        const path = `/api/drafts/mine/revisions/${NOWHERE}`;
        expectError(await api.call('GET', path, by), 404, 'revision');
      },
    },
  ],
};

/** `undefined` where no drafts are kept. */
async function write(
  api: Api,
  token: string,
  draft: object,
  parents?: readonly string[],
): Promise<Json> {
  const answer = await api.call('PUT', '/api/drafts/mine', { token, body: { draft, parents } });
  if (answer.status === 404) expectError(answer, 404, 'drafts');
  else expectStatus(answer, 200);
  return answer.status === 404 ? undefined : answer.body.draft;
}

async function get(api: Api, token: string, path: string): Promise<Json> {
  const answer = await api.call('GET', `/api/drafts${path}`, { token });
  expectStatus(answer, 200);
  return answer.body;
}
