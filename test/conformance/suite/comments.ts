import type { Json } from '../api';
import { BLANK, COMMENT, type Group, NOWHERE, PROFILE } from '../case';
import { expectEqual, expectError, expectShape, expectStatus, expectTrue } from '../expect';

export const COMMENTS: Group = {
  name: 'comments',
  part: 'contract',
  cases: [
    {
      name: 'adds: 201 with an integer id, read by anybody at once',
      run: async (api) => {
        const [author, reader] = [await api.join(), await api.join()];
        const path = `/api/articles/${(await api.post(author.token)).slug}/comments`;
        expectEqual((await api.call('GET', path)).body, { comments: [] }, 'comments before');
        const body = { comment: { body: 'Well said.' } };
        const answer = await api.call('POST', path, { body, token: reader.token });
        expectStatus(answer, 201);
        const { comment } = answer.body;
        expectShape(comment, COMMENT, 'comment');
        expectShape(comment.author, PROFILE, 'comment.author');
        expectTrue(Number.isSafeInteger(comment.id), 'comment.id is an integer');
        expectEqual(
          [comment.body, comment.author.username],
          ['Well said.', reader.username],
          'comment',
        );
        const read = await api.call('GET', path);
        expectStatus(read, 200);
        expectEqual(read.body.comments, [comment], 'comments as read');
      },
    },
    {
      name: 'deletes one’s own: 204, the others stay; another’s: 403; none: 404',
      run: async (api) => {
        const [author, reader] = [await api.join(), await api.join()];
        const path = `/api/articles/${(await api.post(author.token)).slug}/comments`;
        const add = async (token: string): Promise<number> =>
          (await api.call('POST', path, { body: { comment: { body: 'C' } }, token })).body.comment
            .id as number;
        const [mine, theirs] = [await add(reader.token), await add(author.token)];
        const remove = (id: number | string, token?: string) =>
          api.call('DELETE', `${path}/${id}`, token === undefined ? {} : { token });
        expectError(await remove(theirs, reader.token), 403, 'comment', 'forbidden');
        expectError(await remove(mine), 401, 'token', 'is missing');
        expectStatus(await remove(mine, reader.token), 204);
        expectError(await remove(mine, reader.token), 404, 'comment', 'not found');
        expectError(await remove('none', reader.token), 404, 'comment', 'not found');
        const { comments } = (await api.call('GET', path)).body;
        expectEqual(
          comments.map((comment: Json) => comment.id as number),
          [theirs],
          'comments that stay',
        );
      },
    },
    {
      name: 'a blank one: 422; no token: 401; no article: 404',
      run: async (api) => {
        const { token } = await api.join();
        const path = `/api/articles/${(await api.post(token)).slug}/comments`;
        for (const body of ['', null, undefined]) {
          const blank = await api.call('POST', path, { body: { comment: { body } }, token });
          expectError(blank, 422, 'body', BLANK);
        }
        const body = { comment: { body: 'C' } };
        expectError(await api.call('POST', path, { body }), 401, 'token', 'is missing');
        const nowhere = `/api/articles/${NOWHERE}/comments`;
        expectError(await api.call('GET', nowhere), 404, 'article', 'not found');
        expectError(await api.call('POST', nowhere, { body, token }), 404, 'article', 'not found');
        expectError(await api.call('DELETE', `${nowhere}/1`, { token }), 404, 'article');
      },
    },
    {
      name: 'shows the viewer whom they follow among the commenters',
      run: async (api) => {
        const [author, reader] = [await api.join(), await api.join()];
        const path = `/api/articles/${(await api.post(author.token)).slug}/comments`;
        const body = { comment: { body: 'C' } };
        await api.call('POST', path, { body, token: author.token });
        const { token } = reader;
        await api.call('POST', `/api/profiles/${author.username}/follow`, { token });
        const following = async (call: object) =>
          (await api.call('GET', path, call)).body.comments?.[0]?.author?.following as unknown;
        expectEqual([await following({ token }), await following({})], [true, false], 'following');
      },
    },
  ],
};
