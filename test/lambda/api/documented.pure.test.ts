import { Documentation } from '../../conformance/documented';

const documentation = new Documentation();
const profile = { username: 'jane', bio: null, image: null, following: false };
const article = {
  ...{ slug: 'on-0d3k9f', title: 'On', description: '', body: 'Long.', tagList: ['a'] },
  ...{ createdAt: '2026-11-28T00:00:00.000Z', updatedAt: '2026-11-28T00:00:00.000Z' },
  ...{ favorited: false, favoritesCount: 0, author: profile },
};

function faultOf(method: string, path: string, status: number, body: unknown) {
  return documentation.faultOf({ method, path, status, contentType: 'application/json', body });
}

test('answers as they are documented have no fault', () => {
  expect(faultOf('GET', '/api/articles/on-0d3k9f', 200, { article })).toBeUndefined();
  expect(faultOf('GET', '/api/tags?x=1', 200, { tags: ['a'] })).toBeUndefined();
  const errors = { article: ['not found'] };
  expect(faultOf('GET', '/api/articles/on-0d3k9f', 404, { errors })).toBeUndefined();
  expect(faultOf('DELETE', '/api/articles/on-0d3k9f', 204, {})).toBeUndefined();
});

test.each([
  ['a part too many', 200, { article: { ...article, secret: 1 } }, /additional properties/],
  ['a part of another type', 200, { article: { ...article, favoritesCount: '0' } }, /Count must/],
  [
    'a part too few',
    200,
    { article: { ...article, author: { username: 'x' } } },
    /author must have/,
  ],
  ['a status that nobody knows of', 201, { article }, /201 is not documented/],
  ['an error of another shape', 404, { error: 'not found' }, /errors/],
  ['a defect', 500, {}, /500 is not documented/],
])('%s is a fault', (_, status, body, fault) => {
  expect(faultOf('GET', '/api/articles/on-0d3k9f', status, body)).toMatch(fault);
});

test('a list is not taken for an article of that name, and must be without bodies', () => {
  const list = { articles: [article], articlesCount: 1 };
  expect(faultOf('GET', '/api/articles/feed', 200, list)).toMatch(/additional properties/);
  const { body, ...summary } = article;
  expect(body).toBeDefined();
  const without = { ...list, articles: [summary] };
  expect(faultOf('GET', '/api/articles/feed', 200, without)).toBeUndefined();
});

test('what is no JSON where JSON is documented is a fault', () => {
  const told = { method: 'GET', path: '/api/tags', status: 200, body: {} };
  expect(documentation.faultOf({ ...told, contentType: 'text/html' })).toMatch(/text\/html/);
  expect(documentation.faultOf({ ...told, contentType: null })).toMatch(/missing/);
});

test('of routes that are not ours nothing is said', () => {
  expect(faultOf('GET', '/api/nothing', 404, {})).toBeUndefined();
  expect(faultOf('OPTIONS', '/api/tags', 204, {})).toBeUndefined();
});
