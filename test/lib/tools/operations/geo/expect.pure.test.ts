import type { Client, Reach } from '../../../../../lib/tools/operations/geo/model';
import { expectation } from '../../../../../lib/tools/operations/geo/private/expect';
import type {
  Policy,
  RecordIndex,
  RoutedRecord,
  Target,
} from '../../../../../lib/tools/operations/geo/private/records';

const NAME = 'origin.example.com';
const PLACES = {
  fra: { latitude: 50.11, longitude: 8.68 },
  ohio: { latitude: 39.96, longitude: -83 },
  tokyo: { latitude: 35.68, longitude: 139.69 },
};
const client = (changes: Partial<Client> = {}): Client => ({
  ...{ id: 'GB', kind: 'country', label: 'Britain', country: 'GB', continent: 'EU' },
  coordinates: { latitude: 51.5, longitude: -0.1 },
  network: '2.16.1.0',
  ...changes,
});
const london = client();
const lima = client({
  ...{ id: 'PE', country: 'PE', continent: 'SA', network: '8.8.8.0' },
  coordinates: { latitude: -12, longitude: -77 },
});

type Written = Partial<RoutedRecord> & { readonly region?: string };
const index = (...records: readonly Written[]): RecordIndex => {
  const byName = new Map<string, RoutedRecord[]>();
  for (const [at, { region = '', ...changes }] of records.entries()) {
    const target: Target = { kind: 'balancer', key: `lb-${region}`, region };
    const record: RoutedRecord = {
      ...{ key: `record ${at}`, name: NAME, target, policy: { kind: 'simple' } },
      ...{ check: undefined, followsTarget: false, ...changes },
    };
    byName.set(record.name, [...(byName.get(record.name) ?? []), record]);
  }
  return { byName, unread: [] };
};
const routed = (policies: Readonly<Record<string, Policy>>, changes: Written = {}): RecordIndex =>
  index(
    ...Object.entries(policies).map(([region, policy]) => ({
      ...{ region, policy, check: `check ${region}` },
      ...changes,
    })),
  );
const reach = (
  records: RecordIndex,
  from: Client = london,
  lost: readonly string[] = [],
  failed: readonly string[] = [],
): readonly Reach[] =>
  expectation(records, NAME, from, { lost: new Set(lost), failed: new Set(failed) });
const sure = (reaches: readonly Reach[]): string =>
  reaches
    .filter(({ share }) => share > 0)
    .map(({ target, share, dead }) => `${target} ${share}${dead ? ' dead' : ''}`)
    .join(', ');

describe('latency', () => {
  const records = routed({
    fra: { kind: 'latency', at: PLACES.fra },
    ohio: { kind: 'latency', at: PLACES.ohio },
    tokyo: { kind: 'latency', at: PLACES.tokyo },
  });

  test.each([
    ['the nearest Region answers', london, [], [], 'fra 1'],
    ['another continent has another', lima, [], [], 'ohio 1'],
    ['without the nearest the next does', london, ['fra'], [], 'ohio 1'],
    ['a failed check is as good as a loss', london, [], ['check fra'], 'ohio 1'],
    [
      'with all of them lost a dead one answers',
      london,
      ['fra', 'ohio', 'tokyo'],
      [],
      'fra 1 dead',
    ],
  ])('%s', (_, from, lost, failed, expected) => {
    expect(sure(reach(records, from, lost, failed))).toBe(expected);
  });

  test('a Region about as near may answer too, and a far one may not', () => {
    const madrid = client({ coordinates: { latitude: 45, longitude: -40 } });
    expect(reach(records, madrid)).toEqual([
      { target: 'ohio', share: 1, near: false, dead: false },
      { target: 'fra', share: 0, near: true, dead: false },
    ]);
  });

  test('nothing is sure for a client that no table places', () => {
    const nowhere: Client = { ...london };
    Reflect.deleteProperty(nowhere, 'coordinates');
    expect(reach(records, nowhere).map(({ share, near }) => [share, near])).toEqual(
      Array.from({ length: 3 }, () => [0, true]),
    );
  });

  test('a lost Region that nobody checks is answered still', () => {
    const unchecked = routed(
      { fra: { kind: 'latency', at: PLACES.fra }, ohio: { kind: 'latency', at: PLACES.ohio } },
      { check: undefined },
    );
    expect(sure(reach(unchecked, london, ['fra']))).toBe('fra 1 dead');
  });
});

test('geoproximity: a bias of 50 halves the way, one of -50 doubles it', () => {
  const between = client({ coordinates: { latitude: 55, longitude: -37 } });
  const biased = (fra: number, ohio: number) =>
    routed({
      fra: { kind: 'geoproximity', at: PLACES.fra, bias: fra },
      ohio: { kind: 'geoproximity', at: PLACES.ohio, bias: ohio },
    });
  expect(sure(reach(biased(0, 0), between))).toBe('fra 1');
  expect(sure(reach(biased(0, 50), between))).toBe('ohio 1');
  expect(sure(reach(biased(-50, 0), between))).toBe('ohio 1');
  expect(sure(reach(biased(50, 0), lima))).toBe('fra 1');
});

test('weights are shares, and a weight of zero answers only where no other does', () => {
  const records = routed({
    fra: { kind: 'weighted', weight: 3 },
    ohio: { kind: 'weighted', weight: 1 },
    tokyo: { kind: 'weighted', weight: 0 },
  });
  expect(sure(reach(records))).toBe('fra 0.75, ohio 0.25');
  expect(sure(reach(records, london, ['fra']))).toBe('ohio 1');
  expect(sure(reach(records, london, ['fra', 'ohio']))).toBe('tokyo 1');
});

test('failover: the primary, the secondary without it, the primary again without both', () => {
  const records = routed({
    ohio: { kind: 'failover', primary: false },
    fra: { kind: 'failover', primary: true },
  });
  expect(sure(reach(records))).toBe('fra 1');
  expect(sure(reach(records, london, ['fra']))).toBe('ohio 1');
  expect(sure(reach(records, london, ['fra', 'ohio']))).toBe('fra 1 dead');
});

describe('geolocation', () => {
  const places: Readonly<Record<string, Policy>> = {
    fra: { kind: 'geolocation', continent: 'EU' },
    tokyo: { kind: 'geolocation', country: 'GB' },
  };
  const withDefault = routed({ ...places, ohio: { kind: 'geolocation' } });

  test.each([
    ['country before continent', london, [], 'tokyo 1'],
    ['continent without the country', london, ['tokyo'], 'fra 1'],
    ['the default without both', london, ['tokyo', 'fra'], 'ohio 1'],
    ['the default elsewhere', lima, [], 'ohio 1'],
  ])('%s', (_, from, lost, expected) => {
    expect(sure(reach(withDefault, from, lost))).toBe(expected);
  });

  test('without a default nobody answers elsewhere', () => {
    expect(reach(routed(places), lima)).toEqual([]);
  });
});

test('IP-based: the longest block, and the default for everybody else', () => {
  const records = routed({
    fra: { kind: 'ip-based', blocks: ['2.0.0.0/8'] },
    tokyo: { kind: 'ip-based', blocks: ['9.0.0.0/8', '2.16.0.0/16'] },
    ohio: { kind: 'ip-based', blocks: undefined },
  });
  expect(sure(reach(records))).toBe('tokyo 1');
  expect(sure(reach(records, client({ network: '2.17.0.0' })))).toBe('fra 1');
  expect(sure(reach(records, lima))).toBe('ohio 1');
});

test('multivalue: all healthy ones', () => {
  const records = routed({ fra: { kind: 'multivalue' }, ohio: { kind: 'multivalue' } });
  expect(sure(reach(records))).toBe('fra 1, ohio 1');
  expect(sure(reach(records, london, ['fra']))).toBe('ohio 1');
});

test('policies behind one another: weighted places behind a continent', () => {
  const records = index(
    {
      target: { kind: 'name', name: 'eu.example.com' },
      policy: { kind: 'geolocation', continent: 'EU' },
      followsTarget: true,
    },
    { region: 'tokyo', policy: { kind: 'geolocation' } },
    ...['fra', 'ohio'].map((region) => ({
      ...{ name: 'eu.example.com', region, check: region },
      policy: { kind: 'weighted' as const, weight: 1 },
    })),
  );
  expect(sure(reach(records))).toBe('fra 0.5, ohio 0.5');
  expect(sure(reach(records, lima))).toBe('tokyo 1');
  expect(sure(reach(records, london, ['fra']))).toBe('ohio 1');
  expect(sure(reach(records, london, ['fra', 'ohio']))).toBe('tokyo 1');
});

test('aliases in a circle lead nowhere', () => {
  const circle = index(
    { target: { kind: 'name', name: 'b.example.com' }, followsTarget: true },
    { name: 'b.example.com', target: { kind: 'name', name: NAME }, followsTarget: true },
  );
  expect(reach(circle)).toEqual([]);
});
