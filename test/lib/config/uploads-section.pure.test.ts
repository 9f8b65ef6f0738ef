import { resolveDeployment } from '../../../lib/config';
import loadBalanced from '../../../lib/config/declarations/load-balanced';
import reference from '../../../lib/config/declarations/multi-region';
import singleServer from '../../../lib/config/declarations/single-server';
import { faultsIn } from '../../support/faults';

const faultsOf = (declared: object) => faultsIn(declared).map(({ path }) => path);

test.each([
  ['single-server', singleServer, undefined],
  ['load-balanced', loadBalanced, { origins: ['https://example.com'], encryption: 's3' }],
  ['multi-region', reference, { origins: ['https://example.com'], encryption: 's3' }],
])('at stage %s pages of the site may upload, or nobody', (_, declaration, uploads) => {
  expect(resolveDeployment(declaration).uploads).toEqual(uploads);
});

test('other origins are declared, and none at all', () => {
  const origins = ['https://app.example.net', 'https://*.example.org'];
  expect(resolveDeployment({ ...reference, uploads: { origins } }).uploads).toEqual({
    origins: ['https://example.com', ...origins],
    encryption: 's3',
  });
  expect(resolveDeployment({ ...reference, uploads: false }).uploads).toBeUndefined();
});

test("a key of each Region's own is declared", () => {
  const { uploads } = resolveDeployment({ ...reference, uploads: { encryption: 'kms' } });
  expect(uploads).toEqual({ origins: ['https://example.com'], encryption: 'kms' });
});

test('every fault is told at its path', () => {
  const uploads = { origins: ['http://example.net', '*', 7], max: 1, encryption: 'aes' };
  expect([...faultsOf({ ...reference, uploads })].sort()).toEqual([
    'uploads.encryption',
    'uploads.max',
    ...[0, 1, 2].map((at) => `uploads.origins.${at}`),
  ]);
  expect(faultsOf({ ...singleServer, uploads: {} })).toEqual(['uploads']);
});
