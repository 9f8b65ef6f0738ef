import { chooseBehavior } from '../../../../../lib/tools/twin/edge/private/behaviors';
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

  const at = (uri: string) => ({ method: 'GET', uri });

  test('changes the path', async () => {
    expect(await compileViewerFunction(code)(at('/'))).toEqual({
      ...{ kind: 'request', uri: '/index.html', origins: [], failoverStatuses: [] },
    });
  });

  test('answers by itself', async () => {
    expect(await compileViewerFunction(code)(at('/gone'))).toEqual({
      kind: 'response',
      status: 404,
      headers: { 'content-type': 'text/plain' },
      body: 'no',
    });
  });

  test('picks origins by headers and its key-value store, each run by itself', async () => {
    const picking = `import cf from 'cloudfront';
      async function handler({ request }) {
        const out = await cf.kvs().get('out').catch(() => 'none');
        const id = request.headers.host.value;
        if (id === out) cf.createRequestOriginGroup({
          originIds: [{ originId: 'b' }, { originId: 'c' }],
          failoverCriteria: { statusCodes: [503] },
        });
        else cf.selectRequestOriginById(id);
        return request;
      }`;
    const run = compileViewerFunction(picking, new Map([['out', 'a']]));
    const outcomes = await Promise.all(
      ['a', 'd'].map((host) => run({ ...at('/x'), headers: { host } })),
    );
    expect(outcomes).toEqual([
      { kind: 'request', uri: '/x', origins: ['b', 'c'], failoverStatuses: [503] },
      { kind: 'request', uri: '/x', origins: ['d'], failoverStatuses: [] },
    ]);
  });

  test('is cut off where it does not end', async () => {
    const endless = compileViewerFunction('function handler() { while (true) {} }');
    await expect(endless(at('/'))).rejects.toThrow(/timed out/);
  });
});
