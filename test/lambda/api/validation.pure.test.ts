import {
  parseArticle,
  parseCredentials,
  parseFilter,
  parsePage,
  parseRegistration,
} from '../../../lambda/api/validation';
import { RequestError } from '../../../lambda/platform/errors';

const BLANK = "can't be blank";
const user = { username: 'jane', email: 'jane@example.com', password: 'correct horse' };
const article = { title: 'Title', description: 'About', body: 'Text' };

function errorsOf(parse: () => unknown): unknown {
  try {
    parse();
  } catch (error) {
    if (error instanceof RequestError && error.status === 422) return error.errors;
    throw error;
  }
  return undefined;
}

test('all faults of a registration are named at once', () => {
  expect(errorsOf(() => parseRegistration({ user: {} }))).toEqual({
    username: [BLANK],
    email: [BLANK],
    password: [BLANK],
  });
});

test.each<[string, unknown, string | undefined]>([
  ['username', 'Jane.Doe-7_', undefined],
  ['username', 'Ægir', undefined],
  ['username', '', BLANK],
  ['username', '   ', BLANK],
  ['username', null, BLANK],
  ['username', 7, 'is invalid'],
  ['username', 'a b', 'is invalid'],
  ['username', 'a/b', 'is invalid'],
  ['username', 'a\0b', 'is invalid'],
  // No address leads to these.
  ['username', '.', 'is invalid'],
  ['username', '..', 'is invalid'],
  ['username', '...', undefined],
  ['username', '.a', undefined],
  ['username', 'a\u200bb', 'is invalid'],
  ['username', 'a\u202eb', 'is invalid'],
  ['username', 'x'.repeat(64), undefined],
  ['username', 'x'.repeat(65), 'is too long (maximum is 64 characters)'],
  // Compared as eighteen characters each.
  ['username', '\ufdfa'.repeat(3), undefined],
  ['username', '\ufdfa'.repeat(4), 'is too long (maximum is 64 characters)'],
  ['email', `${'\ufdfa'.repeat(15)}@y.z`, 'is too long (maximum is 254 characters)'],
  ['email', 'nobody', 'is invalid'],
  ['email', 'a@b@c', 'is invalid'],
  ['email', 'a\u0007@b.c', 'is invalid'],
  ['email', 'a@b\u200b.c', 'is invalid'],
  ['email', `${'x'.repeat(250)}@y.z`, undefined],
  ['email', `${'x'.repeat(251)}@y.z`, 'is too long (maximum is 254 characters)'],
  ['password', '1234567', 'is too short (minimum is 8 characters)'],
  ['password', '12345678', undefined],
  ['password', '        ', undefined],
  ['password', '🐎🐎🐎🐎', 'is too short (minimum is 8 characters)'],
  ['password', 'x'.repeat(64), undefined],
  ['password', 'x'.repeat(257), 'is too long (maximum is 256 characters)'],
  ['password', '\ud800'.repeat(8), 'is invalid'],
  ['password', '', BLANK],
  ['password', null, BLANK],
])('a registration with %s %p: %s', (field, value, message) => {
  const errors = errorsOf(() => parseRegistration({ user: { ...user, [field]: value } }));
  expect(errors).toEqual(message === undefined ? undefined : { [field]: [message] });
});

test.each([
  [{}, { user: [BLANK] }],
  [{ user: 'jane' }, { user: ['is invalid'] }],
  [{ user: [] }, { user: ['is invalid'] }],
])('a body of %j names its section', (body, errors) => {
  expect(errorsOf(() => parseRegistration(body))).toEqual(errors);
});

test('a login asks for both fields and judges neither', () => {
  expect(parseCredentials({ user: { email: 'x', password: 'y' } })).toEqual({
    email: 'x',
    password: 'y',
  });
  expect(errorsOf(() => parseCredentials({ user: { email: '' } }))).toEqual({
    email: [BLANK],
    password: [BLANK],
  });
});

test('whatever may be a password logs in', () => {
  for (const password of ['        ', ' '.repeat(256), 'x'.repeat(256)]) {
    expect(parseRegistration({ user: { ...user, password } })).toMatchObject({ password });
    expect(parseCredentials({ user: { ...user, password } })).toMatchObject({ password });
  }
  const tooLong = { user: { ...user, password: 'x'.repeat(257) } };
  expect(errorsOf(() => parseCredentials(tooLong))).toEqual({
    password: ['is too long (maximum is 256 characters)'],
  });
});

test.each<[unknown, readonly string[] | 'refused']>([
  [undefined, []],
  [[], []],
  [
    [' a ', 'b', 'a'],
    ['a', 'b'],
  ],
  [null, 'refused'],
  ['a', 'refused'],
  [[''], 'refused'],
  [[1], 'refused'],
  [['x'.repeat(65)], 'refused'],
  [Array.from({ length: 51 }, (_, n) => `t${n}`), 'refused'],
])('a tag list of %j becomes %j', (tagList, expected) => {
  const parse = () => parseArticle({ article: { ...article, tagList } });
  if (expected === 'refused') expect(errorsOf(parse)).toHaveProperty('tagList');
  else expect(parse()).toEqual({ ...article, tagList: expected });
});

test.each(['title', 'description', 'body'])('an article needs its %s', (field) => {
  const errors = errorsOf(() => parseArticle({ article: { ...article, [field]: '\n' } }));
  expect(errors).toEqual({ [field]: [BLANK] });
});

test('a page defaults to the first twenty, within bounds', () => {
  expect(parsePage({})).toEqual({ limit: 20, offset: 0 });
  expect(parsePage({ limit: '100', offset: '10000' })).toEqual({ limit: 100, offset: 10_000 });
  for (const [name, value] of [
    'limit 0',
    'limit 101',
    'offset -1',
    'offset 1e3',
    'offset 10001',
    'cursor -',
    'cursor ../x',
  ].map((text) => text.split(' ')))
    expect(errorsOf(() => parsePage({ [name!]: value! }))).toBeDefined();
});

test('a filter holds what a text column can', () => {
  expect(parseFilter({ tag: 'a b' }, 'tag')).toBe('a b');
  expect(parseFilter({}, 'tag')).toBeUndefined();
  expect(errorsOf(() => parseFilter({ tag: '\0' }, 'tag'))).toEqual({ tag: ['is invalid'] });
});
