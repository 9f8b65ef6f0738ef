import { chooseBehavior } from '../../../../../lib/tools/twin/edge/private/edge';
import { compileViewerFunction } from '../../../../../lib/tools/twin/edge/private/viewer-function';
import type { EdgeTarget } from '../../../../../lib/tools/twin/edge';

const target = (host: string): EdgeTarget => ({ kind: 'balancers', host, urls: {}, headers: {} });
const options = {
  behaviors: [
    { pattern: '/api/*', target: target('api') },
    { pattern: 'img/?.png', target: target('img') },
  ],
  otherwise: { target: target('site') },
};
const hostOf = (path: string) => {
  const { target: it } = chooseBehavior(options, path);
  return it.kind === 'balancers' ? it.host : undefined;
};

describe('behaviors of the distribution', () => {
  test.each([
    ['/api/tags', 'api'],
    ['/api/', 'api'],
    ['/api', 'site'],
    ['/img/1.png', 'img'],
    ['/img/12.png', 'site'],
    ['/', 'site'],
  ])('send %s to %s', (path, host) => {
    expect(hostOf(path)).toBe(host);
  });
});

describe('a viewer function', () => {
  const code = `function handler(event) {
    if (event.request.uri === '/gone') {
      return { statusCode: 404, headers: { 'content-type': { value: 'text/plain' } }, body: 'no' };
    }
    event.request.uri += 'index.html';
    return event.request;
  }`;

  test('changes the path', () => {
    expect(compileViewerFunction(code)('GET', '/')).toEqual({
      kind: 'request',
      uri: '/index.html',
    });
  });

  test('answers by itself', () => {
    expect(compileViewerFunction(code)('GET', '/gone')).toEqual({
      kind: 'response',
      status: 404,
      headers: { 'content-type': 'text/plain' },
      body: 'no',
    });
  });

  test('is cut off where it does not end', () => {
    const endless = compileViewerFunction('function handler() { while (true) {} }');
    expect(() => endless('GET', '/')).toThrow(/timed out/);
  });
});
