import { resolveDeployment, storesOf } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { faultsIn } from '../../support/faults';

const declared = (endpoints: unknown, store: object = {}, more: object = {}) => ({
  ...{ ...reference, ...more },
  stores: { main: { engine: 'aurora', instancesPerRegion: 4, ...store, endpoints } },
});
const endpointsOf = (endpoints: unknown) =>
  storesOf(resolveDeployment(declared(endpoints)), 'aurora')[0]!.endpoints;

it('sets readers aside for whoever has a name of their own, unless it says otherwise', () => {
  expect(endpointsOf({ analytics: { instances: [4] } })).toEqual([
    { name: 'analytics', instances: [4], exclusive: true },
  ]);
  expect(endpointsOf(undefined)).toEqual([]);
});

it('keeps every property of an endpoint', () => {
  const endpoints = {
    analytics: { instances: [3, 4], exclusive: true },
    search: { instances: [2], exclusive: false },
  };
  expect(endpointsOf(endpoints)).toEqual(
    Object.entries(endpoints).map(([name, endpoint]) => ({ name, ...endpoint })),
  );
});

it.each<[string, object, string[]]>([
  [
    'the instance that is born as the writer, one that there is not, and one twice',
    declared({ one: { instances: [1] }, two: { instances: [5] }, six: { instances: [3, 3] } }),
    [
      'stores.main.endpoints.one.instances.0: 1; a whole number of 2 to 4',
      'stores.main.endpoints.six.instances: 3, 3; each instance once',
      'stores.main.endpoints.two.instances.0: 5; a whole number of 2 to 4',
    ],
  ],
  [
    'no instance at all',
    declared({ one: { instances: [] }, two: {} }),
    [
      expect.stringMatching(/^stores\.main\.endpoints\.one\.instances: an empty list; a list/),
      expect.stringMatching(/^stores\.main\.endpoints\.two\.instances: .*; a list/),
    ],
  ],
  [
    'names that are taken or that RDS does not take',
    declared({ services: { instances: [3] }, 'A-': { instances: [4] } }),
    [
      expect.stringMatching(/endpoints\.A-: an unusable name; a name of 2 to 20/),
      expect.stringMatching(/endpoints\.services: a reserved name; another name than services, /),
    ],
  ],
  [
    'a reader that somebody else has for himself',
    declared({ mine: { instances: [4] }, ours: { instances: [3, 4], exclusive: false } }),
    ['stores.main.endpoints.ours.instances: 4; instances that are not set aside for mine'],
  ],
  [
    'every reader set aside, so that services have none',
    declared({ mine: { instances: [2, 3, 4] } }),
    [
      'stores.main.endpoints: 3 of 4 instances set aside; `instancesPerRegion` of 5 or more: beside the writer one is left for the services',
    ],
  ],
  [
    'readers of a cluster that has none',
    declared({ mine: { instances: [2] } }, { instancesPerRegion: 1 }),
    [expect.stringMatching(/endpoints\.mine\.instances: .*of 2 or more/)],
  ],
  [
    'readers set aside beside a proxy, which asks all of them',
    declared({ mine: { instances: [4] } }, { proxy: {} }, { secretRotationDays: false }),
    [
      'stores.main.endpoints.mine: instances set aside; `exclusive: false` beside `proxy`, whose readers are all of a cluster',
    ],
  ],
  [
    'five endpoints, and what is no endpoint',
    declared(
      Object.fromEntries(
        ['aa', 'bb', 'cc', 'dd', 'ee'].map((name) => [
          name,
          { instances: [2], exclusive: false, x: 1 },
        ]),
      ),
    ),
    [
      ...['aa', 'bb', 'cc', 'dd', 'ee'].map(
        (name) =>
          expect.stringMatching(
            `endpoints\\.${name}\\.x: an unknown property`,
          ) as unknown as string,
      ),
      'stores.main.endpoints: 5; at most 4 endpoints',
    ],
  ],
])('refuses %s', (_, declaration, expected) => {
  const faults = faultsIn(declaration).map((it) => `${it.path}: ${it.found}; ${it.allowed}`);
  expect(faults.sort()).toEqual(expected);
});

it('takes a name that leaves an endpoint longer than RDS allows as a fault of the names', () => {
  const name = 'a'.repeat(20);
  const declaration = { ...declared({ [name]: { instances: [4] } }), name: 'a-very-long-product' };
  const faults = faultsIn({
    ...declaration,
    stores: {
      'a-long-store-name': {
        ...{ engine: 'aurora', instancesPerRegion: 4 },
        endpoints: { [name]: { instances: [4] } },
      },
    },
    domains: Object.fromEntries(
      ['identity', 'content', 'social'].map((each) => [each, { store: 'a-long-store-name' }]),
    ),
  });
  expect(JSON.stringify(faults)).toMatch(/computed cluster names of at most 63 characters/);
});
