import { comesBack, DRILLS, findDrill, mayComeBack } from '../../../../../lib/tools/twin/drill';
import type { Returned } from '../../../../../lib/tools/twin/drill';
import { isBack } from '../../../../../lib/tools/twin/drill/private/bring-back';

const GOOD: Returned = {
  ...{ rejoinMs: 2_400, steerMs: 8_900, steered: true, status: 201 },
  ...{ writtenBy: 'us-east-2', missingRows: 0 },
};

test('a Region is back that has every write, gets users, and sends their writes on', () => {
  expect(isBack(GOOD, 'eu-central-1').passed).toBe(true);
});

test.each<[string, Partial<Returned>]>([
  ['DNS sends nobody to', { steered: false }],
  ['takes no writes', { status: 503 }],
  ['writes by itself', { writtenBy: 'eu-central-1' }],
  ['lacks a row', { missingRows: 1 }],
])('one that %s is not', (_, change) => {
  expect(isBack({ ...GOOD, ...change }, 'eu-central-1').passed).toBe(false);
});

test('only what leaves servers of the Region alive can bring it back', () => {
  expect(DRILLS.filter(comesBack).map(({ name }) => name)).toEqual([
    ...['zone-lost', 'region-frozen', 'regions-partitioned', 'databases-lost'],
  ]);
  expect(() => {
    mayComeBack(findDrill('region-killed'));
  }).toThrow(/no process of the Region is left.*ask for --return of region-frozen/);
  expect(() => {
    mayComeBack(findDrill('cache-lost'));
  }).toThrow('takes no Region out');
});
