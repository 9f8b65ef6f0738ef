import { priorityOf } from '../../../lambda/api/admit';

test.each([
  ['POST', '/api/articles', 'write'],
  ['DELETE', '/api/articles/x/favorite', 'write'],
  ['GET', '/api/articles', 'read'],
  ['GET', '/api/user', 'read'],
  ['GET', '/api/articles/feed', 'refresh'],
  ['GET', '/api/stream/poll', 'refresh'],
  ['OPTIONS', '/api/articles', undefined],
  ['GET', '/healthz', undefined],
  ['GET', '/readyz', undefined],
  ['POST', '/internal/fence', undefined],
] as const)('%s %s is admitted as %s', (method, path, priority) => {
  expect(priorityOf(method, path)).toBe(priority);
});
