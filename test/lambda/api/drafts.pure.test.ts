import type { Dependencies } from '../../../lambda/api/dependencies';
import { type Drafts, MOST_DRAFTS } from '../../../lambda/platform/drafts';
import { unavailable } from '../../../lambda/platform/errors';
import type { Revision } from '../../../lambda/platform/revisions';
import { operations, routesAlone } from '../support/routes';

const revision = (id: string): Revision => ({
  ...{ id, parents: [], generation: 1, at: 0, region: 'a', title: 'T', deleted: false },
});
const DOCUMENT = { title: 'T', description: 'D', body: 'B', tagList: [] };

async function ask(drafts: Partial<Drafts> | undefined, method: string, path: string, body = '{}') {
  const app = routesAlone({ drafts: drafts as Dependencies['drafts'] });
  const init = {
    method,
    headers: { authorization: 'Token 42' },
    ...(method !== 'GET' && { body }),
  };
  const answer = await app.request(`http://localhost${path}`, init);
  return { status: answer.status, body: (await answer.json()) as unknown };
}

test('one draft more than there may be is refused, and says how many those are', async () => {
  const drafts = { write: () => Promise.resolve(undefined) };
  const body = JSON.stringify({ draft: DOCUMENT });
  expect(await ask(drafts, 'PUT', '/api/drafts/mine', body)).toEqual({
    status: 422,
    body: { errors: { draft: [`are ${MOST_DRAFTS} at most`] } },
  });
});

test('of several revisions none is published unless it is named', async () => {
  const shown = { draftId: 'mine', shown: revision('one'), document: DOCUMENT };
  const found = (conflicts: readonly Revision[]) => ({
    find: () => Promise.resolve({ ...shown, conflicts }),
    document: () => Promise.resolve(DOCUMENT),
  });
  const publish = (conflicts: readonly Revision[], body?: string) =>
    ask(found(conflicts), 'POST', '/api/drafts/mine/publish', body);
  expect(await publish([revision('other')])).toMatchObject({
    status: 409,
    body: { errors: { draft: [expect.any(String)] } },
  });
  // As far as the topology document, which is not there.
  const topology = { status: 503, body: { errors: { topology: ['is not there'] } } };
  expect(await publish([])).toEqual(topology);
  const named = JSON.stringify({ revision: `${'0'.repeat(9)}${'f'.repeat(16)}` });
  expect(await publish([revision('other')], named)).toEqual(topology);
});

test.each(operations().filter(({ path }) => /^\/api\/(drafts|uploads|notifications)/.test(path)))(
  '$method $path says where nothing of it is kept',
  async ({ method, path }) => {
    const kept = path.split('/')[2] ?? '';
    const body = JSON.stringify({
      ...{ draft: DOCUMENT, upload: { contentType: 'image/png', size: 9 } },
    });
    const at = path.replace(
      '/revisions/one-0000000000001',
      `/revisions/${'0'.repeat(9)}${'f'.repeat(16)}`,
    );
    expect(await ask(undefined, method, at, path.endsWith('read') ? '{}' : body)).toEqual({
      status: 404,
      body: { errors: { [kept]: ['are not kept here'] } },
    });
  },
);

test('where the table is away, whoever asks is told to come again', async () => {
  const away = () => Promise.reject(unavailable('drafts', 'cannot be reached'));
  const drafts = {
    list: away,
    find: away,
    write: away,
    end: away,
    revisions: away,
    document: away,
  };
  for (const { method, path } of operations().filter((one) => one.path.startsWith('/api/drafts'))) {
    const at = path.replace(
      '/revisions/one-0000000000001',
      `/revisions/${'0'.repeat(9)}${'f'.repeat(16)}`,
    );
    const { status } = await ask(drafts, method, at, JSON.stringify({ draft: DOCUMENT }));
    expect({ method, at, status }).toEqual({ method, at, status: 503 });
  }
});
