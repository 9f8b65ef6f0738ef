import type { TopologySeed } from '../../../../../lambda/topology';
import { storesOf } from '../../../../../lib/tools/twin/operations/private/stores';

const inStore = (store: string, domain: string) => ({ store, database: domain, secret: domain });
const cut = { accounts: inStore('main', 'accounts'), articles: inStore('main', 'articles') };
const SEED: TopologySeed = {
  directory: { home: 'eu-central-1' },
  logicalShards: [],
  shards: {
    s0: { home: 'eu-central-1', domains: cut },
    s1: { home: 'us-east-2', domains: cut },
    everybody: { home: 'eu-central-1', domains: { discovery: inStore('lists', 'discovery') } },
  },
};

it('takes stores and what they hold from what the migrations of all Regions are told', () => {
  const migration = { properties: { Seed: JSON.stringify(SEED), Clusters: {} } };
  expect(storesOf([migration, migration])).toEqual({
    main: ['accounts', 'articles'],
    lists: ['discovery'],
  });
  expect(storesOf([])).toEqual({});
});
