import { ROUTING_LEGALITY, illegalRecords } from '../../../lib/config';
import type { RecordShape, RoutingPolicy } from '../../../lib/config';

const shape = (policy: RoutingPolicy, changes: Partial<RecordShape> = {}): RecordShape => ({
  ...{ path: 'a', policy, target: 'balancer', setIdentifier: 'one', watched: true },
  ...changes,
});
const found = (...shapes: readonly RecordShape[]): readonly string[] =>
  illegalRecords('www', shapes).map((fault) => `${fault.path}: ${fault.found}`);
const b = { path: 'b', setIdentifier: 'two' };

test.each<[string, readonly RecordShape[]]>([
  ['simple', [shape('simple', { setIdentifier: undefined })]],
  ['latency', [shape('latency', { key: 'r1' }), shape('latency', { ...b, key: 'r2' })]],
  ['weighted', [shape('weighted', { amount: 0 }), shape('weighted', { ...b, amount: 255 })]],
  ['geoproximity', [shape('geoproximity', { key: 'r1', amount: -99 })]],
  ['geolocation', [shape('geolocation', { key: '*' })]],
  ['IP-based', [shape('ip-based', { key: '*' }), shape('ip-based', { ...b, key: 'x' })]],
  [
    'failover',
    [shape('failover', { key: 'PRIMARY' }), shape('failover', { ...b, key: 'SECONDARY' })],
  ],
  ['multivalue', [shape('multivalue', { target: 'addresses' })]],
])('legal %s records have no fault', (_, shapes) => {
  expect(found(...shapes)).toEqual([]);
});

test.each<[string, readonly RecordShape[], readonly string[]]>([
  [
    'policies are not mixed under one name',
    [shape('latency', { key: 'r1' }), shape('weighted', { ...b, amount: 1 })],
    ['b: weighted beside latency'],
  ],
  [
    'multivalue answers with no alias of any kind, nor with a name',
    (['balancer', 'distribution', 'record', 'name'] as const).map((target, at) =>
      shape('multivalue', { target, setIdentifier: String(at) }),
    ),
    ['balancer', 'distribution', 'record', 'name'].map(
      (it) => `a: multivalue that leads to a ${it}`,
    ),
  ],
  [
    'failover has one of each role, and its primary is watched',
    [shape('failover', { key: 'PRIMARY', watched: false })],
    [
      'a: a primary whose health nobody checks',
      'a: 1 records of www',
      'a: no SECONDARY record of www',
    ],
  ],
  [
    'failover does not have the same role twice',
    [shape('failover', { key: 'PRIMARY' }), shape('failover', { ...b, key: 'PRIMARY' })],
    ['b: role PRIMARY, which a has', 'a: no SECONDARY record of www'],
  ],
  [
    'a bias is a whole number of -99 to 99',
    [
      shape('geoproximity', { key: 'r1', amount: 100 }),
      shape('geoproximity', { ...b, key: 'r2', amount: 0.5 }),
    ],
    ['a: a bias of 100', 'b: a bias of 0.5'],
  ],
  ['a weight is at most 255', [shape('weighted', { amount: 256 })], ['a: a weight of 256']],
  [
    'a place, a Region and a set identifier are taken once',
    [shape('latency', { key: 'r1' }), shape('latency', { path: 'b', key: 'r1' })],
    ['b: set identifier one, which a has', 'b: Region r1, which a has'],
  ],
  [
    'nobody is left without an answer',
    [shape('geolocation', { key: 'country DE' })],
    ['a: no record of www for everybody else'],
  ],
  [
    'a simple record stands alone and has no set identifier',
    [shape('simple'), shape('simple', b)],
    ['a: a set identifier', 'b: a set identifier', 'a: 2 records of www'],
  ],
])('%s', (_, shapes, expected) => {
  expect(found(...shapes)).toEqual(expected);
});

test("every policy names AWS's page about it, and the property that makes it", () => {
  for (const [policy, { source, property }] of Object.entries(ROUTING_LEGALITY)) {
    expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/Route53\/.+\.html$/);
    expect(property === undefined).toBe(policy === 'simple');
  }
});
