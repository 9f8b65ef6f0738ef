import { overHttp } from '../support/client';
import { draft, joined, type LiveWorld, startLiveWorld } from '../support/live';
import { AWAY, HOME, type RegionOfTest } from '../support/world';

jest.setTimeout(60_000);

let world: LiveWorld;
let home: RegionOfTest;

beforeAll(async () => {
  world = await startLiveWorld();
  ({ home } = world);
}, 60_000);

afterAll(async () => {
  await world.stop();
}, 30_000);

type Someone = Awaited<ReturnType<typeof joined>>;

/** A reader, an author whom they read, and one of that author's articles with one of the reader's comments. */
interface Scene {
  readonly author: Someone;
  readonly reader: Someone;
  readonly slug: string;
  readonly comment: number;
}

async function scene(): Promise<Scene> {
  const [author, reader] = [await joined(overHttp, home), await joined(overHttp, home)];
  const post = await overHttp(home, 'POST', '/api/articles', { article: draft() }, by(author));
  const { slug } = post.body.article;
  const path = `/api/articles/${slug}/comments`;
  const { body } = await overHttp(home, 'POST', path, COMMENT, by(reader));
  return { author, reader, slug, comment: (body as unknown as Commented).comment.id };
}

interface Commented {
  readonly comment: { readonly id: number };
  readonly comments: readonly unknown[];
}

const COMMENT = { comment: { body: 'Well said.' } };
const by = ({ authorization }: Someone) => ({ authorization });
const commentsOf = async ({ slug }: Scene) => {
  const { body } = await overHttp(home, 'GET', `/api/articles/${slug}/comments`);
  return (body as unknown as Commented).comments.length;
};
const countOf = async (author: Someone) =>
  (await overHttp(home, 'GET', `/api/articles?author=${author.username}`)).body.articlesCount;
const shown = async ({ slug, reader }: Scene) =>
  (await overHttp(home, 'GET', `/api/articles/${slug}`, undefined, by(reader))).body
    .article as unknown as Record<string, unknown>;

interface Repeated {
  readonly who: 'author' | 'reader';
  readonly method: string;
  readonly path: (scene: Scene) => string;
  readonly body?: object;
  readonly status: number;
  /** What there is afterwards, and what that is. */
  readonly then: readonly [(scene: Scene) => Promise<unknown>, unknown];
}

const article = ({ slug }: Scene) => `/api/articles/${slug}`;
const WRITES: Readonly<Record<string, Repeated>> = {
  'an article': {
    ...{ who: 'reader', method: 'POST', path: () => '/api/articles', body: { article: draft() } },
    ...{ status: 201, then: [({ reader }) => countOf(reader), 1] },
  },
  'a change of an article': {
    ...{ who: 'author', method: 'PUT', path: article, body: { article: { body: 'Changed.' } } },
    ...{ status: 200, then: [async (at) => (await shown(at))['body'], 'Changed.'] },
  },
  'the end of an article': {
    ...{ who: 'author', method: 'DELETE', path: article, status: 204 },
    then: [({ author }) => countOf(author), 0],
  },
  'a comment': {
    ...{ who: 'reader', method: 'POST', path: (at) => `${article(at)}/comments`, body: COMMENT },
    ...{ status: 201, then: [commentsOf, 2] },
  },
  'the end of a comment': {
    ...{ who: 'reader', method: 'DELETE', path: (at) => `${article(at)}/comments/${at.comment}` },
    ...{ status: 204, then: [commentsOf, 0] },
  },
  'a favourite': {
    ...{ who: 'reader', method: 'POST', path: (at) => `${article(at)}/favorite`, status: 200 },
    then: [async (at) => (await shown(at))['favoritesCount'], 1],
  },
  'a follow': {
    ...{
      who: 'reader',
      method: 'POST',
      path: ({ author }) => `/api/profiles/${author.username}/follow`,
    },
    ...{
      status: 200,
      then: [
        async (at) => (await shown(at))['author'],
        expect.objectContaining({ following: true }),
      ],
    },
  },
  'a change of a user': {
    ...{
      who: 'author',
      method: 'PUT',
      path: () => '/api/user',
      body: { user: { bio: 'Of dragons' } },
    },
    ...{
      status: 200,
      then: [
        async (at) => (await shown(at))['author'],
        expect.objectContaining({ bio: 'Of dragons' }),
      ],
    },
  },
};

describe.each([HOME, AWAY])('under its key, sent to %s twice at once and once more,', (where) => {
  test.each(Object.entries(WRITES))('%s is done once and answered alike', async (what, write) => {
    const at = await scene();
    const headers = {
      ...by(at[write.who]),
      'idempotency-key': `key of ${what}`.replaceAll(' ', '-'),
    };
    const send = (body: object | undefined = write.body) =>
      overHttp(world.regions[where]!, write.method, write.path(at), body, headers);
    const answers = [...(await Promise.all([send(), send()])), await send()];
    expect(answers.map(({ status }) => status)).toEqual(Array(3).fill(write.status));
    for (const { body } of answers) expect(body).toEqual(answers[0]!.body);
    const [look, expected] = write.then;
    expect(await look(at)).toEqual(expected);
    // Another request under the key, though it would be a good one.
    const other = await send({ ...write.body, more: true });
    expect([other.status, Object.keys(other.body.errors)]).toEqual([422, ['idempotency-key']]);
  });
});

test('what has failed may succeed under the same key, and is somebody else’s to use', async () => {
  const { author, reader, slug } = await scene();
  const path = `/api/articles/${slug}`;
  const headers = { 'idempotency-key': 'to-be-used-again' };
  const remove = (who: Someone) =>
    overHttp(home, 'DELETE', path, undefined, { ...headers, ...by(who) });
  expect((await remove(reader)).status).toBe(403);
  expect((await remove(reader)).status).toBe(403);
  expect((await remove(author)).status).toBe(204);
  // Nothing is recorded of what failed: it is asked anew.
  expect((await remove(reader)).status).toBe(404);
  for (const key of ['x'.repeat(201), 'two words']) {
    const unusable = { ...by(author), 'idempotency-key': key };
    expect((await overHttp(home, 'DELETE', path, undefined, unusable)).status).toBe(422);
  }
});
