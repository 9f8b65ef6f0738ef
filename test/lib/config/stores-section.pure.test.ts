import { resolveDeployment, storesOf } from '../../../lib/config';
import reference from '../../../lib/config/declarations/multi-region';
import { AMERICA, faultsOf, withStore } from './beside-main';

const key = { name: 'id' };
const TABLES = { accounts: { partitionKey: key } };

const tablesOf = (store: object, more: object = {}) =>
  storesOf(resolveDeployment(withStore({ engine: 'dynamodb', ...store }, more)), 'dynamodb')[0];

describe('the engine of a store', () => {
  test('decides which properties there are: those of another are told, with what it has', () => {
    const store = {
      engine: 'dynamodb',
      tables: TABLES,
      instanceClass: 'db.r8g.large',
      sharded: true,
    };
    expect(faultsOf(withStore(store))).toEqual([
      expect.stringMatching(
        /^stores.ledger.instanceClass: an option of another engine; with dynamodb: tables, consistency/,
      ),
      expect.stringMatching(/^stores.ledger.sharded: an option of another engine/),
    ]);
    expect(
      faultsOf({ ...reference, stores: { main: { engine: 'aurora', tables: TABLES } } }),
    ).toEqual([
      expect.stringMatching(/^stores.main.tables: .*; with aurora: regions, birthRegion/),
    ]);
  });

  test.each([undefined, 'mysql', 7])('is one of those that there are, not %p', (engine) => {
    const [first] = faultsOf(withStore({ engine }));
    expect(first).toMatch(
      /^stores.ledger.engine: .*"aurora", "aurora-limitless", "dynamodb", "dsql", "keyspaces", "neptune"/,
    );
  });

  test('is aurora for one store at least, and for those with domains', () => {
    const tables = { engine: 'dynamodb', tables: TABLES };
    expect(faultsOf({ ...reference, stores: { ledger: tables } })).toEqual([
      expect.stringMatching(/^stores: ledger \(dynamodb\); a store of engine aurora/),
    ]);
    const domains = { audit: { store: 'ledger' } };
    expect(faultsOf(withStore(tables, { domains }))).toEqual(
      expect.arrayContaining(['domains.audit.store: "ledger"; a store of engine aurora: main']),
    );
  });

  test('leaves the default domains to the first store of aurora, wherever it stands', () => {
    const stores = { ledger: { engine: 'dynamodb', tables: TABLES }, main: { engine: 'aurora' } };
    const { domains } = resolveDeployment({ ...reference, stores });
    expect(new Set(domains.map(({ store }) => store))).toEqual(new Set(['main']));
  });
});

describe('a dynamodb store', () => {
  test('is eventual in every Region, owned by the birth Region, where nothing else is said', () => {
    expect(tablesOf({ tables: TABLES }, { birthRegion: 'us-east-2' })).toEqual({
      name: 'ledger',
      engine: 'dynamodb',
      consistency: 'eventual',
      regions: ['us-east-2', 'us-east-1', 'us-west-2', 'eu-central-1'],
      witnessRegion: undefined,
      tables: [
        {
          name: 'accounts',
          partitionKey: { name: 'id', type: 'S' },
          ...{ sortKey: undefined, indexes: [], timeToLive: undefined },
        },
      ],
    });
  });

  test('keeps every property that is declared', () => {
    const tables = {
      entries: {
        partitionKey: { name: 'account', type: 'B' },
        sortKey: { name: 'at', type: 'N' },
        indexes: {
          'by-day': { partitionKey: { name: 'day' }, sortKey: { name: 'at', type: 'N' } },
        },
        timeToLive: 'endsAt',
      },
    };
    expect(tablesOf({ tables, regions: ['us-west-2', 'eu-central-1'] })).toMatchObject({
      regions: ['us-west-2', 'eu-central-1'],
      tables: [
        {
          ...{ name: 'entries', timeToLive: 'endsAt' },
          partitionKey: { name: 'account', type: 'B' },
          indexes: [{ name: 'by-day', partitionKey: { name: 'day', type: 'S' } }],
        },
      ],
    });
  });

  test('follows `tableRegions`, which change one at a time, unless it names its own Regions', () => {
    const tableRegions = ['us-east-1', 'eu-central-1'];
    expect(tablesOf({ tables: TABLES }, { tableRegions })?.regions).toEqual(tableRegions);
    const own = { tables: TABLES, regions: ['us-east-1'] };
    expect(tablesOf(own, { tableRegions })?.regions).toEqual(['us-east-1']);
  });

  test('is strong in three Regions of one set, or in two with a third as witness', () => {
    const strong = { consistency: 'strong', tables: TABLES };
    expect(tablesOf({ ...strong, regions: AMERICA })?.regions).toEqual(AMERICA);
    const two = { ...strong, regions: AMERICA.slice(0, 2), witnessRegion: 'us-west-2' };
    expect(tablesOf(two)).toMatchObject({ witnessRegion: 'us-west-2', consistency: 'strong' });
  });

  const strong = (of: object): object => ({ consistency: 'strong', regions: AMERICA, ...of });
  const table = (of: object): object => ({ tables: { accounts: { partitionKey: key, ...of } } });
  const indexes = Object.fromEntries(
    Array.from({ length: 21 }, (_, index) => [
      `i${index}`,
      { partitionKey: { name: `a${index}` } },
    ]),
  );

  test.each<[string, object, RegExp]>([
    ['no tables', { tables: {} }, /^stores.ledger.tables: an empty object/],
    ['tables that are not declared', { tables: undefined }, /^stores.ledger.tables: nothing/],
    [
      'another consistency',
      { consistency: 'some' },
      /^stores.ledger.consistency: "some"; "eventual"/,
    ],
    [
      'a Region that does not serve',
      { regions: ['eu-west-1'] },
      /^stores.ledger.regions.0: "eu-west-1"/,
    ],
    [
      'strong in all four Regions',
      strong({ regions: undefined }),
      /^stores.ledger.regions: "strong" in us-east-1, .*; three Regions, or two/,
    ],
    [
      'strong in two Regions alone',
      strong({ regions: AMERICA.slice(1) }),
      /^stores.ledger.regions: .*`witnessRegion`/,
    ],
    [
      'strong over two sets',
      strong({ regions: [...AMERICA.slice(1), 'eu-central-1'] }),
      /^stores.ledger.regions: .*US \(us-east-1, us-east-2, us-west-2\)/,
    ],
    [
      'three Regions and a witness',
      strong({ witnessRegion: 'us-west-2' }),
      /^stores.ledger.regions: .*; two Regions beside the witness/,
    ],
    [
      'a witness of another set',
      strong({ regions: AMERICA.slice(1), witnessRegion: 'eu-west-1' }),
      /^stores.ledger.witnessRegion: "eu-west-1"; a third Region of the set US/,
    ],
    [
      'a witness with a replica',
      strong({ regions: AMERICA.slice(1), witnessRegion: 'us-west-2' }),
      /^stores.ledger.witnessRegion: "us-west-2"/,
    ],
    [
      'a witness of eventual tables',
      { witnessRegion: 'us-west-2' },
      /^stores.ledger.witnessRegion: .*"strong" consistency only/,
    ],
    [
      'expiry of strong tables',
      strong(table({ timeToLive: 'endsAt' })),
      /^stores.ledger.tables.accounts.timeToLive: "endsAt"; none: strongly/,
    ],
    ['expiry by a key', table({ timeToLive: 'id' }), /^stores.ledger.tables.accounts: the key id/],
    [
      'no partition key',
      table({ partitionKey: undefined }),
      /^stores.ledger.tables.accounts.partitionKey: nothing/,
    ],
    [
      'an attribute without name',
      table({ sortKey: { name: '' } }),
      /^stores.ledger.tables.accounts.sortKey.name: ""/,
    ],
    [
      'a type of key that there is not',
      table({ sortKey: { name: 'at', type: 'M' } }),
      /^stores.ledger.tables.accounts.sortKey.type: "M"; "S", "N", "B"/,
    ],
    [
      'one attribute as both keys',
      table({ sortKey: key }),
      /^stores.ledger.tables.accounts: id as both keys/,
    ],
    [
      'an attribute of two types',
      table({ indexes: { one: { partitionKey: { name: 'id', type: 'N' } } } }),
      /^stores.ledger.tables.accounts: id as S and as N/,
    ],
    [
      '21 indexes',
      table({ indexes }),
      /^stores.ledger.tables.accounts.indexes: 21 indexes; at most 20/,
    ],
    [
      'an unusable name of a table',
      { tables: { Accounts: { partitionKey: key } } },
      /^stores.ledger.tables.Accounts: an unusable name/,
    ],
  ])('with %s is refused', (_what, change, expected) => {
    expect(faultsOf(withStore({ engine: 'dynamodb', tables: TABLES, ...change }))).toEqual([
      expect.stringMatching(expected),
    ]);
  });
});

describe('a dsql store', () => {
  const dsqlOf = (store: object) =>
    storesOf(resolveDeployment(withStore({ engine: 'dsql', ...store })), 'dsql')[0];
  const two = AMERICA.slice(0, 2);

  test('is one cluster, or two peers with the third Region of their set as witness', () => {
    const common = { name: 'ledger', engine: 'dsql' };
    const one = { regions: ['us-east-2'] };
    expect(dsqlOf(one)).toEqual({ ...common, ...one, witnessRegion: undefined });
    const both = { regions: two, witnessRegion: 'us-west-2' };
    expect(dsqlOf(both)).toEqual({ ...common, ...both });
  });

  test.each<[string, object, RegExp]>([
    [
      'in all four Regions',
      {},
      /^stores.ledger.regions: a dsql store in us-east-1, .*; one Region, or two of one/,
    ],
    [
      'in Regions of two sets',
      { regions: ['us-east-1', 'eu-central-1'], witnessRegion: 'us-west-2' },
      /^stores.ledger.regions: a dsql store in us-east-1, eu-central-1/,
    ],
    [
      'in two Regions without witness',
      { regions: two },
      /^stores.ledger.witnessRegion: nothing; a third Region of the set US/,
    ],
    [
      'whose witness holds a cluster',
      { regions: two, witnessRegion: 'us-east-2' },
      /^stores.ledger.witnessRegion: "us-east-2"/,
    ],
    [
      'whose witness is of another set',
      { regions: two, witnessRegion: 'eu-west-1' },
      /^stores.ledger.witnessRegion: "eu-west-1"/,
    ],
    [
      'in one Region with a witness',
      { regions: ['us-east-1'], witnessRegion: 'us-west-2' },
      /^stores.ledger.witnessRegion: "us-west-2"; a witness of two Regions only/,
    ],
    [
      'in a Region that does not serve',
      { regions: ['us-east-1', 'eu-west-3'], witnessRegion: 'us-west-2' },
      /^stores.ledger.regions.1: "eu-west-3"/,
    ],
  ])('%s is refused', (_what, store, expected) => {
    expect(faultsOf(withStore({ engine: 'dsql', ...store }))).toEqual([
      expect.stringMatching(expected),
    ]);
  });
});

describe('a keyspaces store', () => {
  const columns = { reader: 'uuid', at: 'timestamp', what: 'text' };
  const wide = { columns, partitionKey: ['reader'] };
  const keyspaceOf = (store: object) =>
    storesOf(resolveDeployment(withStore({ engine: 'keyspaces', ...store })), 'keyspaces')[0];
  const table = (of: object): object => ({ tables: { notices: { ...wide, ...of } } });

  test('is in every Region, owned by the birth Region, its rows in no order and without end', () => {
    expect(keyspaceOf(table({}))).toMatchObject({
      ...{ engine: 'keyspaces', regions: [...AMERICA, 'eu-central-1'] },
      tables: [{ partitionKey: ['reader'], clusteringKey: [], timeToLiveSeconds: undefined }],
    });
  });

  test('keeps every property that is declared', () => {
    const own = { clusteringKey: ['at desc', 'what'], timeToLiveSeconds: 3600 };
    expect(keyspaceOf({ ...table(own), regions: ['us-west-2'] })).toEqual({
      ...{ name: 'ledger', engine: 'keyspaces', regions: ['us-west-2'] },
      tables: [
        {
          ...{ name: 'notices', partitionKey: ['reader'], timeToLiveSeconds: 3600 },
          columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
          clusteringKey: [
            { name: 'at', order: 'DESC' },
            { name: 'what', order: 'ASC' },
          ],
        },
      ],
    });
  });

  test.each<[string, object, RegExp]>([
    ['no tables', { tables: {} }, /^stores.ledger.tables: an empty object/],
    [
      'an unusable table name',
      { tables: { 'my-notices': wide } },
      /^stores.ledger.tables.my-notices: an unusable name/,
    ],
    [
      'a counter',
      table({ columns: { ...columns, views: 'counter' } }),
      /^stores.ledger.tables.notices.columns.views: "counter"; .*no "counter"/,
    ],
    [
      'an unusable column name',
      table({ columns: { ...columns, Views: 'int' } }),
      /^stores.ledger.tables.notices.columns.Views: an unusable name/,
    ],
    [
      'no partition key',
      table({ partitionKey: [] }),
      /^stores.ledger.tables.notices.partitionKey: \[\]/,
    ],
    [
      'a key that is no column',
      table({ clusteringKey: ['day'] }),
      /^stores.ledger.tables.notices: the key day, which is no column/,
    ],
    [
      'a column that is a key twice',
      table({ clusteringKey: ['reader desc'] }),
      /^stores.ledger.tables.notices: reader twice/,
    ],
    [
      'an order that there is not',
      table({ clusteringKey: ['at down'] }),
      /^stores.ledger.tables.notices.clusteringKey.0: "at down"/,
    ],
    [
      'an end after 21 years',
      table({ timeToLiveSeconds: 662_256_000 }),
      /^stores.ledger.tables.notices.timeToLiveSeconds: 662256000/,
    ],
  ])('with %s is refused', (_what, change, expected) => {
    expect(
      faultsOf(withStore({ engine: 'keyspaces', tables: { notices: wide }, ...change })),
    ).toEqual([expect.stringMatching(expected)]);
  });

  test('in an opt-in Region, or one without Keyspaces, is refused', () => {
    const regions = { 'eu-central-1': {}, 'af-south-1': {}, 'ap-northeast-3': {} };
    const ledger = { engine: 'keyspaces', tables: { notices: wide } };
    const input = { ...reference, regions, stores: { main: { engine: 'aurora' }, ledger } };
    expect(faultsOf(input)).toEqual([
      expect.stringMatching(/^stores.ledger.regions: .*, not af-south-1, ap-northeast-3$/),
    ]);
  });

  test('whose keyspace would have more than 48 characters is refused', () => {
    const stores = {
      main: { engine: 'aurora' },
      ['k'.repeat(40)]: { engine: 'keyspaces', tables: { notices: wide } },
    };
    expect(faultsOf({ ...reference, stores })).toEqual([
      expect.stringMatching(
        /^: "meridian_k+", 49 characters; computed keyspace names of at most 48/,
      ),
    ]);
  });
});

describe('capacity units of aurora', () => {
  const main = (of: object): object => ({
    ...reference,
    stores: { main: { engine: 'aurora', ...of } },
  });

  test('make its instances serverless', () => {
    const capacityUnits = { min: 0.5, max: 256 };
    const [store] = storesOf(resolveDeployment(main({ capacityUnits })), 'aurora');
    expect(store).toMatchObject({ instanceClass: 'db.serverless', capacityUnits });
    expect(storesOf(resolveDeployment(main({})), 'aurora')[0]).toMatchObject({
      instanceClass: 'db.r8g.large',
      capacityUnits: undefined,
    });
  });

  test.each([
    [
      { min: 0.25, max: 8 },
      /^stores.main.capacityUnits.min: 0.25; a number of 0.5 to 256 in steps/,
    ],
    [{ min: 16, max: 8 }, /^stores.main.capacityUnits.max: 8; a number of 16 to 256/],
    [{ min: 0.5, max: 0.5 }, /^stores.main.capacityUnits.max: 0.5; a number of 1 to 256/],
    [{ min: 8, max: 300 }, /^stores.main.capacityUnits.max: 300/],
    [{ min: 8, max: 8.2 }, /^stores.main.capacityUnits.max: 8.2/],
    [8, /^stores.main.capacityUnits: 8/],
  ])('cannot be %j', (capacityUnits, fault) => {
    expect(faultsOf(main({ capacityUnits }))).toEqual([expect.stringMatching(fault)]);
  });

  test('go with no class', () => {
    const both = { instanceClass: 'db.r8g.large', capacityUnits: { min: 8, max: 32 } };
    expect(faultsOf(main(both))).toEqual([
      'stores.main.capacityUnits: both; `instanceClass` or `capacityUnits`',
    ]);
  });
});
