import { resolveDeployment, storesOf } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import single from '../../../lib/config/declarations/single-server';
import { AMERICA, faultsOf, withStore } from './beside-main';

const TABLES = { accounts: { partitionKey: { name: 'id' } } };

describe('a neptune store', () => {
  const SIX = ['ap-northeast-1', 'ap-southeast-1', 'eu-central-1', 'eu-west-1', 'us-east-1'];
  const graphOf = (store: object) =>
    storesOf(resolveDeployment(withStore({ engine: 'neptune', ...store })), 'neptune')[0];

  test('is in every Region, born in the birth Region, with a writer and a reader in each', () => {
    expect(graphOf({})).toEqual({
      ...{ name: 'ledger', engine: 'neptune', regions: [...AMERICA, 'eu-central-1'] },
      ...{ engineVersion: '1.4.5.1', instanceClass: 'db.r5.large', instancesPerRegion: 2 },
    });
  });

  test('keeps every property that is declared', () => {
    const own = {
      ...{ regions: ['us-west-2'], engineVersion: '1.3.4.0' },
      ...{ instanceClass: 'db.r8g.2xlarge', instancesPerRegion: 16 },
    };
    expect(graphOf(own)).toEqual({ name: 'ledger', engine: 'neptune', ...own });
  });

  test.each<[string, object, RegExp]>([
    [
      'a version without global databases',
      { engineVersion: '1.1.0.0' },
      /engineVersion: "1.1.0.0"/,
    ],
    ["another engine's version", { engineVersion: '17.7' }, /engineVersion: "17.7"/],
    ['a class that bursts', { instanceClass: 'db.t4g.medium' }, /instanceClass: "db.t4g.medium"/],
    ['no reader', { instancesPerRegion: 1 }, /instancesPerRegion: 1; a whole number of 2 to 16/],
    ['17 instances', { instancesPerRegion: 17 }, /instancesPerRegion: 17/],
    ['tables', { tables: TABLES }, /tables: an option of another engine; with neptune: regions/],
    ['a witness', { witnessRegion: 'us-west-2' }, /witnessRegion: an option of another engine/],
    ['a Region that does not serve', { regions: ['sa-east-1'] }, /regions.0: "sa-east-1"/],
  ])('with %s is refused', (_what, change, expected) => {
    expect(faultsOf(withStore({ engine: 'neptune', ...change }))).toEqual([
      expect.stringMatching(new RegExp(`^stores.ledger.${expected.source}`)),
    ]);
  });

  test('in more than six Regions is refused', () => {
    const regions = Object.fromEntries([...SIX, 'us-east-2', 'us-west-2'].map((it) => [it, {}]));
    const stores = { main: { engine: 'aurora' }, ledger: { engine: 'neptune' } };
    const birthRegion = 'us-east-2';
    expect(faultsOf({ ...reference, regions, birthRegion, stores })).toEqual([
      expect.stringMatching(/^stores.ledger.regions: .* in 7; at most 6 Regions/),
    ]);
  });

  test('beside one server is refused: nothing there is private', () => {
    const stores = { main: { engine: 'aurora' }, ledger: { engine: 'neptune' } };
    expect(faultsOf({ ...single, stores })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^stores.ledger: .*stage load-balanced on/)]),
    );
  });

  test('whose clusters would have more than 63 characters is refused', () => {
    const stores = { main: { engine: 'aurora' }, ['k'.repeat(40)]: { engine: 'neptune' } };
    expect(faultsOf({ ...reference, stores })).toEqual([
      expect.stringMatching(
        /^: "meridian-k+-ap-northeast-1-2", 6\d characters; computed cluster names/,
      ),
    ]);
  });
});
