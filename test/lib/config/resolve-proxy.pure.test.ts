import { resolveDeployment, rotatedBehindProxies, storesOf } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const declared = (store: object, more: object = {}) => ({
  ...{ ...reference, secretRotationDays: false },
  stores: { main: { engine: 'aurora', ...store } },
  ...more,
});

const faultsOf = (declaration: object) =>
  faultsIn(declaration).map(({ path, found }) => `${path}: ${found}`);

const proxyOf = (proxy: unknown) =>
  storesOf(resolveDeployment(declared({ proxy })), 'aurora')[0]?.proxy;

it('has no proxy unless one is declared', () => {
  expect(storesOf(resolveDeployment(reference), 'aurora')[0]?.proxy).toBeUndefined();
  expect(proxyOf(false)).toBeUndefined();
});

it('fills in what a proxy does not say', () => {
  expect(proxyOf({})).toEqual({
    maxConnectionsPercent: 80,
    maxIdleConnectionsPercent: 40,
    borrowTimeoutSeconds: 5,
    idleClientSeconds: 1800,
  });
});

it('keeps every property of a proxy', () => {
  const proxy = {
    maxConnectionsPercent: 60,
    maxIdleConnectionsPercent: 0,
    borrowTimeoutSeconds: 12,
    idleClientSeconds: 600,
  };
  expect(proxyOf(proxy)).toEqual(proxy);
});

it.each([
  [30, ['identity', 'content', 'social']],
  [false, []],
])('with a rotation every %p days knows the users left of %j', (secretRotationDays, expected) => {
  const deployment = resolveDeployment(declared({ proxy: {} }, { secretRotationDays }));
  expect(rotatedBehindProxies(deployment).map(({ name }) => name)).toEqual(expected);
});

it('without a proxy keeps no user that was left', () => {
  expect(rotatedBehindProxies(resolveDeployment(reference))).toEqual([]);
});

it.each<[string, object, string[]]>([
  [
    'all connections of an instance, which leaves none for migrations',
    declared({ proxy: { maxConnectionsPercent: 100 } }),
    ['stores.main.proxy.maxConnectionsPercent: 100'],
  ],
  [
    'more idle connections than there may be',
    declared({ proxy: { maxConnectionsPercent: 50, maxIdleConnectionsPercent: 51 } }),
    ['stores.main.proxy.maxIdleConnectionsPercent: 51'],
  ],
  [
    'waits and silences that RDS Proxy does not take',
    declared({ proxy: { borrowTimeoutSeconds: 301, idleClientSeconds: 30 } }),
    ['stores.main.proxy.borrowTimeoutSeconds: 301', 'stores.main.proxy.idleClientSeconds: 30'],
  ],
  [
    'a proxy without a reader for its readers’ endpoint',
    declared({ proxy: {}, instancesPerRegion: 1 }),
    ['stores.main.proxy: 1 instance'],
  ],
  [
    'a property that there is not',
    declared({ proxy: { size: 1 } }),
    ['stores.main.proxy.size: an unknown property'],
  ],
])('refuses %s', (_what, declaration, expected) => {
  expect(faultsOf(declaration)).toEqual(expected);
});
