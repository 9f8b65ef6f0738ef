import { resolveDeployment, storesOf } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import single from '../../../lib/config/declarations/single-server';
import { AMERICA, faultsOf, withStore } from './beside-main';

describe('an aurora-limitless store', () => {
  const storeOf = (store: object) =>
    storesOf(
      resolveDeployment(withStore({ engine: 'aurora-limitless', ...store })),
      'aurora-limitless',
    )[0];

  test('is in the birth Region, small while idle, with a standby of each shard', () => {
    const birth = resolveDeployment(withStore({ engine: 'aurora-limitless', maxAcu: 768 }));
    expect(storeOf({ maxAcu: 768 })).toEqual({
      ...{ name: 'ledger', engine: 'aurora-limitless', regions: [birth.birthRegion] },
      ...{ engineVersion: '16.9-limitless', minAcu: 16, maxAcu: 768, computeRedundancy: 1 },
    });
  });

  test('keeps every property that is declared', () => {
    const own = {
      ...{ regions: ['us-west-2'], engineVersion: '16.6.8-limitless' },
      ...{ minAcu: 100, maxAcu: 6144, computeRedundancy: 2 },
    };
    expect(storeOf(own)).toEqual({ name: 'ledger', engine: 'aurora-limitless', ...own });
  });

  test.each<[string, object, RegExp]>([
    ['two Regions', { regions: AMERICA.slice(0, 2) }, /regions: .*us-east-2; one Region/],
    ["Aurora's own version", { engineVersion: '16.9' }, /engineVersion: "16.9"/],
    [
      'another major version',
      { engineVersion: '17.4-limitless' },
      /engineVersion: "17.4-limitless"/,
    ],
    ['too few units', { minAcu: 8 }, /minAcu: 8; a whole number of 16 to 6144/],
    ['more units at the least than at the most', { minAcu: 800 }, /maxAcu: 768; .* 800 to 6144/],
    ['too many units', { maxAcu: 7000 }, /maxAcu: 7000/],
    ['no bound', { maxAcu: undefined }, /maxAcu: /],
    ['three standbys', { computeRedundancy: 3 }, /computeRedundancy: 3; a whole number of 0 to 2/],
    ['instances', { instancesPerRegion: 2 }, /instancesPerRegion: an option of another engine/],
    ['a class', { instanceClass: 'db.r8g.large' }, /instanceClass: an option of another engine/],
  ])('with %s is refused', (_what, change, expected) => {
    const store = { engine: 'aurora-limitless', maxAcu: 768, ...change };
    expect(faultsOf(withStore(store))).toEqual([
      expect.stringMatching(new RegExp(`^stores.ledger.${expected.source}`)),
    ]);
  });

  test('beside one server is refused: nothing there is private', () => {
    const ledger = { engine: 'aurora-limitless', maxAcu: 768 };
    expect(faultsOf({ ...single, stores: { main: { engine: 'aurora' }, ledger } })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^stores.ledger: .*stage load-balanced on/)]),
    );
  });

  test('as the sixth of a Region is refused', () => {
    const six = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((it) => [it, { engine: 'aurora-limitless', maxAcu: 16 }]),
    );
    expect(faultsOf({ ...reference, stores: { main: { engine: 'aurora' }, ...six } })).toEqual([
      expect.stringMatching(/^stores: 6 in .*; at most 5 stores of engine aurora-limitless/),
    ]);
  });
});
