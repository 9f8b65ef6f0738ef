import * as fc from 'fast-check';
import { successor, wins } from '../../../../../lib/tools/twin/tables/private/version';
import type { Version } from '../../../../../lib/tools/twin/tables/private/version';

const version = fc.record({
  time: fc.integer({ min: 0, max: 20 }),
  region: fc.constantFrom('a', 'b', 'c'),
});

describe('last writer wins', () => {
  test('leaves the same version in whatever order changes arrive', () => {
    const last = (versions: readonly Version[]) =>
      versions.reduce<Version | undefined>(
        (kept, next) => (wins(next, kept) ? next : kept),
        undefined,
      );
    fc.assert(
      fc.property(fc.array(version, { minLength: 1 }), (versions) => {
        expect(last(versions.toReversed())).toEqual(last(versions));
      }),
    );
  });

  test('never replaces a version by itself', () => {
    fc.assert(fc.property(version, (one) => !wins(one, one)));
  });

  test('lets a write win over everything that its writer could see, however wrong its clock', () => {
    fc.assert(
      fc.property(version, fc.integer({ min: -50, max: 50 }), (seen, now) =>
        wins(successor(seen, 'a', now), seen),
      ),
    );
  });
});
