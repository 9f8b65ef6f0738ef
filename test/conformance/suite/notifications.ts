import type { Api, Json, Person } from '../api';
import type { Group } from '../case';
import { PROFILE } from '../case';
import { expectEqual, expectError, expectShape, expectStatus, expectTrue } from '../expect';

const NOTIFICATION = ['id', 'kind', 'createdAt', 'read', 'actor', 'article'] as const;
/** They are written behind the queue, whose job comes each minute where there are only functions. */
const PATIENCE_MS = 75_000;

export const NOTIFICATIONS: Group = {
  name: 'notifications',
  part: 'extension',
  cases: [
    {
      name: 'are for users, in pages that there are',
      run: async (api) => {
        expectError(await api.call('GET', '/api/notifications'), 401, 'token');
        expectError(await api.call('POST', '/api/notifications/read'), 401, 'token');
        const { token } = await api.join();
        const get = (query: string) => api.call('GET', `/api/notifications${query}`, { token });
        expectError(await get('?limit=0'), 422, 'limit');
        expectError(await get('?before=yesterday'), 422, 'before');
        const body = { upTo: 7 };
        const mark = await api.call('POST', '/api/notifications/read', { token, body });
        expectError(mark, 422, 'upTo');
      },
    },
    {
      name: 'tell of follows, favourites and comments once each, until they are read',
      run: async (api) => {
        const [author, reader] = [await api.join(), await api.join()];
        if ((await pageOf(api, author)) === undefined) return;
        const { slug, title } = await api.post(author.token);
        const { token } = reader;
        await api.call('POST', `/api/profiles/${author.username}/follow`, { token });
        const favor = () => api.call('POST', `/api/articles/${slug}/favorite`, { token });
        expectStatus(await favor(), 200);
        expectStatus(await favor(), 200);
        const comment = { comment: { body: 'Well said.' } };
        await api.call('POST', `/api/articles/${slug}/comments`, { token, body: comment });
        const { notifications, unreadCount, nextCursor } = await pageWith(api, author, 3);
        expectEqual(unreadCount, 3, 'how many are unread');
        expectEqual(nextCursor, null, 'the cursor behind the last');
        const kinds = notifications.map(({ kind }: Json) => kind).sort();
        expectEqual(kinds, ['commented', 'favorited', 'followed'], 'what is told');
        for (const one of notifications) {
          expectShape(one, NOTIFICATION, 'a notification');
          expectShape(one.actor, PROFILE, 'who did it');
          expectEqual(one.actor.username, reader.username, 'who did it');
          const about = one.kind === 'followed' ? null : { slug, title };
          expectEqual(one.article, about, `what ${one.kind} is about`);
          expectEqual(one.read, false, 'whether it has been read');
        }
        const times = notifications.map(({ createdAt }: Json) => String(createdAt));
        expectEqual(times, [...times].sort().reverse(), 'their order: newest first');
        const read = await api.call('POST', '/api/notifications/read', { token: author.token });
        expectStatus(read, 200);
        expectEqual(read.body, { unreadCount: 0 }, 'what is left');
        expectEqual((await pageOf(api, reader))?.notifications, [], "the reader's own");
      },
    },
  ],
};

async function pageOf(api: Api, { token }: Person): Promise<Json> {
  const answer = await api.call('GET', '/api/notifications', { token });
  if (answer.status === 404) expectError(answer, 404, 'notifications');
  else expectStatus(answer, 200);
  return answer.status === 404 ? undefined : answer.body;
}

async function pageWith(api: Api, person: Person, count: number): Promise<Json> {
  for (const until = Date.now() + PATIENCE_MS; ;) {
    const page = await pageOf(api, person);
    if (page.notifications.length >= count) return page;
    expectTrue(Date.now() < until, `${count} notifications, got ${page.notifications.length}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
