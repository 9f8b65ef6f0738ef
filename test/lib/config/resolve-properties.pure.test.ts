import fc from 'fast-check';
import { DeclarationError, REGION_NAMES, resolveDeployment } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';

/** True if accepted; whatever is thrown must be a DeclarationError with faults. */
function accepts(input: unknown): boolean {
  try {
    resolveDeployment(input);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DeclarationError);
    const { faults, message } = error as DeclarationError;
    expect(faults.length).toBeGreaterThan(0);
    expect(message.split('\n')).toHaveLength(faults.length + 1);
    return false;
  }
}

/** Every property that there is, so that a mutation can reach each of them. */
const FULL: unknown = {
  ...reference,
  name: 'acme',
  birthRegion: 'eu-central-1',
  zone: { id: 'Z0123' },
  controlRegions: ['us-east-1', 'us-east-2', 'us-west-2'],
  regions: {
    'eu-central-1': {
      cidr: '10.9.0.0/16',
      zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    },
    'us-east-2': { cidr: '10.8.0.0/16' },
  },
  secretRotationDays: 7,
  demand: { users: 9, dailyActive: 0.5, requestsPerUserDay: 3, peakFactor: 2 },
  stores: {
    main: { engine: 'aurora', regions: ['eu-central-1', 'us-east-2'], instancesPerRegion: 2 },
    ledger: { engine: 'dsql', regions: ['us-east-2'] },
    counts: {
      engine: 'dynamodb',
      regions: ['us-east-2'],
      tables: {
        views: {
          partitionKey: { name: 'page', type: 'S' },
          sortKey: { name: 'day', type: 'N' },
          indexes: { 'by-day': { partitionKey: { name: 'day', type: 'N' } } },
          timeToLive: 'endsAt',
        },
      },
    },
    circles: {
      engine: 'neptune',
      ...{ regions: ['us-east-2'], engineVersion: '1.3.4.0' },
      ...{ instanceClass: 'db.r6g.large', instancesPerRegion: 3 },
    },
    notices: {
      engine: 'keyspaces',
      tables: {
        sent: {
          columns: { reader: 'uuid', at: 'timestamp' },
          partitionKey: ['reader'],
          clusteringKey: ['at desc'],
          timeToLiveSeconds: 60,
        },
      },
    },
  },
  domains: { identity: { store: 'main' }, content: { store: 'main' }, social: { store: 'main' } },
  shards: { a: { home: 'us-east-2', logical: [0, 500] }, b: { logical: [501, 1023] } },
  services: {
    api: {
      environment: { COLOUR: 'blue' },
      memoryMiB: 256,
      healthPath: '/up',
      compute: {
        lambda: { weight: 1 },
        fargate: { weight: 2, cpu: 256, memoryMiB: 512, requestsPerSecond: 9, maxTasks: 30 },
      },
    },
  },
  cache: { nodeType: 'cache.m7g.large', replicas: 1 },
  objectives: { rtoSeconds: 10 },
  protection: 'ephemeral',
};

/** Paths of all values below the root. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function replaced(value: unknown, [head, ...rest]: readonly string[], by: unknown): unknown {
  if (head === undefined) return by;
  const object = value as Readonly<Record<string, unknown>>;
  const next = replaced(object[head], rest, by);
  return Array.isArray(value)
    ? value.map((item: unknown, index) => (String(index) === head ? next : item))
    : { ...object, [head]: next };
}

const anything = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true }),
  fc.jsonValue(),
  fc.constantFrom(Symbol('s'), () => 1, Number.NaN, Infinity, -0, '', '__proto__', 'constructor'),
);

it('accepts the declaration that the mutations start from', () => {
  expect(accepts(FULL)).toBe(true);
});

it('throws nothing but a DeclarationError, whatever it is given', () => {
  fc.assert(
    fc.property(anything, (input) => {
      accepts(input);
    }),
    { numRuns: 500 },
  );
});

it('throws nothing but a DeclarationError when any value is replaced by anything', () => {
  fc.assert(
    fc.property(fc.constantFrom(...pathsOf(FULL)), anything, (path, by) => {
      accepts(replaced(FULL, path, by));
    }),
    { numRuns: 2000 },
  );
});

it('refuses an unknown property in every object of fixed shape', () => {
  const objects = [[], ['zone'], ['demand'], ['objectives'], ['regions', 'us-east-2']].concat([
    ['stores', 'main'],
    ['stores', 'ledger'],
    ['stores', 'counts', 'tables', 'views'],
    ['stores', 'counts', 'tables', 'views', 'sortKey'],
    ['stores', 'notices', 'tables', 'sent'],
    ['domains', 'identity'],
    ['shards', 'a'],
    ['services', 'api'],
  ]);
  for (const path of objects) {
    expect(accepts(replaced(FULL, [...path, 'unheardOf'], 1))).toBe(false);
  }
});

it.each<[string, unknown]>([
  [
    'a getter that throws',
    {
      ...reference,
      get regions(): never {
        throw new Error('no');
      },
    },
  ],
  ['a revoked proxy', revokedProxy()],
  ['a list without end', { ...reference, controlRegions: new Array(2 ** 32 - 1) }],
  ['a cycle', cycle()],
  ['great depth', deep(100_000)],
  ['a property called __proto__', JSON.parse('{"__proto__": {"stage": "multi-region"}}')],
])('refuses %s as a fault', (_what, input) => {
  expect(accepts(input)).toBe(false);
});

it('resolves every choice of Regions to Regions of its own, in order', () => {
  const chosen = fc.uniqueArray(fc.constantFrom(...REGION_NAMES), { minLength: 2, maxLength: 11 });
  fc.assert(
    fc.property(chosen, (names) => {
      const regions = Object.fromEntries(names.map((name) => [name, {}]));
      const deployment = resolveDeployment({ ...reference, regions });
      expect(deployment.regions.map(({ name }) => name)).toEqual(names);
      expect(deployment.birthRegion).toBe(names[0]);
      for (const { name, switchRegion, zones } of deployment.regions) {
        expect(switchRegion).not.toBe(name);
        expect(new Set(zones).size).toBe(3);
      }
    }),
  );
});

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cycle(): unknown {
  const declaration: Record<string, unknown> = { ...reference };
  declaration['regions'] = declaration;
  return declaration;
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return { ...reference, regions: value };
}
