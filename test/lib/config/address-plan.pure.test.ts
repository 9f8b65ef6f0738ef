import fc from 'fast-check';
import { block, octetOf, planAddresses } from '../../../lib/config';

const octet = fc.integer({ min: 0, max: 255 });
/** Regions in order, some with a declared block; blocks may collide. */
const plan = fc.uniqueArray(
  fc.tuple(fc.string({ minLength: 1 }), fc.option(octet.map(block), { nil: undefined })),
  { selector: ([name]) => name, maxLength: 40 },
);

it('gives consecutive blocks to Regions that declare none', () => {
  const { cidrs } = planAddresses([
    ['a', undefined],
    ['b', undefined],
    ['c', undefined],
  ]);
  expect([...cidrs.values()]).toEqual(['10.0.0.0/16', '10.1.0.0/16', '10.2.0.0/16']);
});

it('never gives two Regions one block without reporting it', () => {
  fc.assert(
    fc.property(plan, (regions) => {
      const { cidrs, overlaps } = planAddresses(regions);
      expect(cidrs.size).toBe(regions.length);
      expect(new Set(cidrs.values()).size).toBe(regions.length - overlaps.length);
    }),
  );
});

it('respects every declared block', () => {
  fc.assert(
    fc.property(plan, (regions) => {
      const { cidrs } = planAddresses(regions);
      for (const [name, declared] of regions) {
        if (declared !== undefined) expect(cidrs.get(name)).toBe(declared);
        expect(octetOf(cidrs.get(name) ?? '')).toBeDefined();
      }
    }),
  );
});

it('moves no block when a Region is added at the end', () => {
  fc.assert(
    fc.property(plan, fc.option(octet.map(block), { nil: undefined }), (regions, declared) => {
      const before = planAddresses(regions).cidrs;
      const after = planAddresses([...regions, ['\0 the new one', declared]]).cidrs;
      for (const [name, cidr] of before) expect(after.get(name)).toBe(cidr);
    }),
  );
});

it('reports a declared block that an earlier Region has, with one that is free', () => {
  const { overlaps } = planAddresses([
    ['a', undefined],
    ['b', '10.0.0.0/16'],
    ['c', '10.1.0.0/16'],
  ]);
  expect(overlaps).toEqual([
    { region: 'b', cidr: '10.0.0.0/16', takenBy: 'a', free: '10.2.0.0/16' },
  ]);
});

it.each([
  '10.0.0.0/8',
  '10.256.0.0/16',
  '10.01.0.0/16',
  '10.1.1.0/16',
  '10.1.0.0/17',
  ' 10.1.0.0/16',
  '11.0.0.0/16',
])('takes %s for no block', (cidr) => {
  expect(octetOf(cidr)).toBeUndefined();
});

it('reads back every block it writes', () => {
  fc.assert(
    fc.property(octet, (value) => {
      expect(octetOf(block(value))).toBe(value);
    }),
  );
});
