import {
  DeclarationError,
  birthRegionsOf,
  clustersOf,
  storesOf,
  resolveDeployment,
  topologySeed,
} from '../../../lib/config';
import type { Declaration } from '../../../lib/config';
import loadBalanced from '../../../lib/config/declarations/load-balanced';
import reference from '../../../lib/config/declarations/multi-region';
import replicated from '../../../lib/config/declarations/replicated';
import sharded from '../../../lib/config/declarations/sharded';
import singleServer from '../../../lib/config/declarations/single-server';

/** Of the Regions of `sharded`. */
const CONTINENTS: Readonly<Record<string, string>> = {
  'eu-central-1': 'Europe',
  'us-east-2': 'North America',
  'ap-northeast-1': 'Asia',
  'sa-east-1': 'South America',
  'ap-southeast-2': 'Oceania',
  'af-south-1': 'Africa',
};

const faultsOf = (input: unknown): string[] => {
  try {
    resolveDeployment(input);
    return [];
  } catch (error) {
    if (!(error instanceof DeclarationError)) throw error;
    return error.faults.map(({ path, found }) => `${path}: ${found}`);
  }
};

describe('a stage', () => {
  it.each([
    ['load-balanced', loadBalanced, 2, false],
    ['replicated', replicated, 2, true],
    ['multi-region', reference, 2, true],
    ['sharded', sharded, 2, true],
  ] as const)('%s presets instances and cache', (_, declaration, instances, cache) => {
    const deployment = resolveDeployment(declaration);
    expect(storesOf(deployment, 'aurora')[0]?.instancesPerRegion).toBe(instances);
    expect(deployment.cache !== undefined).toBe(cache);
  });

  it('is only a preset: what a later one has can be declared earlier', () => {
    const cache = { nodeType: 'cache.r7g.large' };
    expect(resolveDeployment({ ...loadBalanced, cache }).cache).toMatchObject(cache);
  });

  it('lets readers scale at replicated, between what is declared', () => {
    const stores = (of: object) => ({ stores: { main: { engine: 'aurora', ...of } } });
    const most = (input: unknown) =>
      storesOf(resolveDeployment(input), 'aurora')[0]?.maxInstancesPerRegion;
    expect([most(loadBalanced), most(replicated), most(reference)]).toEqual([2, 8, 2]);
    expect(most({ ...replicated, ...stores({ instancesPerRegion: 12 }) })).toBe(12);
    const fewer = stores({ instancesPerRegion: 3, maxInstancesPerRegion: 2 });
    expect(faultsOf({ ...reference, ...fewer })).toEqual(['stores.main.maxInstancesPerRegion: 2']);
  });

  it('decides how many Regions there are', () => {
    const two = { 'eu-central-1': {}, 'us-east-2': {} };
    const one = { 'eu-central-1': {} };
    expect(faultsOf({ ...replicated, regions: two })).toEqual(['regions: 2 Regions']);
    expect(faultsOf({ ...reference, regions: one })).toEqual(['regions: 1 Region']);
    expect(faultsOf({ ...sharded, regions: one })).toContain('regions: 1 Region');
  });
});

describe('the sharded reference', () => {
  const deployment = resolveDeployment(sharded);
  const clusters = clustersOf(deployment);

  it('has sixteen shard clusters and one of discovery, each with a home and a copy', () => {
    const shards = clusters.filter(({ store }) => store.sharded);
    expect(shards).toHaveLength(16);
    expect(clusters).toHaveLength(17);
    for (const { home, birthRegion, regions } of clusters) {
      expect(regions).toContain(home);
      expect(birthRegion).toBe(home);
      expect(regions.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('has homes on every continent', () => {
    const homes = new Set(deployment.shards.map(({ home }) => home));
    expect(homes).toEqual(new Set(deployment.regions.map(({ name }) => name)));
    expect(new Set(birthRegionsOf(deployment))).toEqual(homes);
    const continents = new Set([...homes].map((home) => CONTINENTS[home]));
    expect(continents).toEqual(new Set(Object.values(CONTINENTS)));
    expect(continents.size).toBe(6);
  });

  it('keeps discovery apart: a cluster of its own, which no shard and no other domain is in', () => {
    const discovery = clusters.filter(({ store }) => store.name === 'discovery');
    expect(discovery).toHaveLength(1);
    const domains = deployment.domains.map(({ name, store }) => `${name} in ${store}`);
    expect(domains).toEqual([
      ...['identity', 'content', 'social', 'notifications'].map((name) => `${name} in main`),
      'discovery in discovery',
    ]);
  });

  it.each(Object.keys(CONTINENTS))('refuses to remove %s, which is home to shards', (removed) => {
    const regions = Object.fromEntries(
      Object.entries(sharded.regions).filter(([name]) => name !== removed),
    );
    const homes = Object.entries(sharded.shards ?? {}).filter(([, { home }]) => home === removed);
    expect(homes.length).toBeGreaterThan(0);
    const faults = faultsOf({ ...sharded, regions });
    for (const [name] of homes) expect(faults).toContain(`shards.${name}.home: "${removed}"`);
  });

  it('seeds the whole map of 1,024 logical shards, with five domains', () => {
    const { logicalShards, shards } = topologySeed(deployment);
    expect(logicalShards).toHaveLength(16);
    let next = 0;
    for (const { first, last, shard } of logicalShards) {
      expect(first).toBe(next);
      expect(Object.keys(shards)).toContain(shard);
      next = last + 1;
    }
    expect(next).toBe(1024);
    const { s15, all } = shards;
    expect(s15?.home).toBe('af-south-1');
    expect(Object.keys(s15?.domains ?? {})).toEqual([
      'identity',
      'content',
      'social',
      'notifications',
    ]);
    expect(all).toMatchObject({
      home: 'eu-central-1',
      domains: { discovery: { store: 'discovery' } },
    });
  });
});

describe('shards', () => {
  const shards = (of: object): Partial<Declaration> => ({ shards: of as Declaration['shards'] });

  it('are copied to every Region of their stores by default, and born where everything is', () => {
    const { shards: read } = resolveDeployment({ ...reference, ...shards({ a: {} }) });
    expect(read[0]).toMatchObject({
      birthRegion: 'eu-central-1',
      regions: ['eu-central-1', 'us-east-2', 'ap-northeast-1'],
    });
  });

  it.each<[string, object, string[]]>([
    [
      'a standby at home',
      { a: { standbys: ['eu-central-1'] } },
      ['shards.a.standbys.0: "eu-central-1"'],
    ],
    ['no standby', { a: { standbys: [] } }, ['shards.a.standbys: []']],
    [
      'a birth Region that holds no copy',
      { a: { standbys: ['us-east-2'], birthRegion: 'ap-northeast-1' } },
      ['shards.a.birthRegion: "ap-northeast-1"'],
    ],
    [
      'no birth Region of its own where it is not where everything is born',
      { a: { home: 'us-east-2', standbys: ['ap-northeast-1'] } },
      [
        "shards.a: a shard without the deployment's birth Region eu-central-1, which does not say its own",
      ],
    ],
    ['the name of what is not cut', { all: {} }, ['shards.all: a reserved name']],
  ])('refuse %s', (_, of, faults) => {
    expect(faultsOf({ ...reference, ...shards(of) })).toEqual(faults);
  });

  it('are refused where their templates would become too large', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`s${at}`, {}]));
    expect(faultsOf({ ...reference, ...shards(many) })).toEqual([': 100']);
  });
});

describe('tables', () => {
  it('stand in every Region, or in those that are declared while they grow', () => {
    const everywhere = ['eu-central-1', 'us-east-2', 'ap-northeast-1'];
    expect(resolveDeployment(reference).tableRegions).toEqual(everywhere);
    const tableRegions = ['us-east-2', 'eu-central-1'];
    expect(resolveDeployment({ ...reference, tableRegions }).tableRegions).toEqual([
      'eu-central-1',
      'us-east-2',
    ]);
  });

  it('never without the Region whose stack owns them', () => {
    expect(faultsOf({ ...reference, tableRegions: ['us-east-2'] })).toEqual([
      'tableRegions: ["us-east-2"]',
    ]);
  });
});

describe('the one server', () => {
  const server = (of: object): object => ({ ...singleServer, server: of });

  it('has documented defaults', () => {
    expect(resolveDeployment(singleServer).server).toEqual({
      instanceType: 't4g.small',
      volume: { gib: 40, iops: 3000, mibPerSecond: 125 },
      snapshots: { everyHours: 6, kept: 56 },
    });
    expect(resolveDeployment(loadBalanced).server).toBeUndefined();
  });

  it.each<[string, object, string[]]>([
    [
      'a class without 2 GiB',
      server({ instanceType: 't4g.nano' }),
      ['server.instanceType: "t4g.nano"'],
    ],
    [
      'a class of another processor',
      server({ instanceType: 't3.small' }),
      ['server.instanceType: "t3.small"'],
    ],
    ['a volume that is too small', server({ volumeGiB: 4 }), ['server.volumeGiB: 4']],
    [
      'more bandwidth than its operations carry',
      server({ volumeMiBPerSecond: 1000 }),
      ['server.volumeMiBPerSecond: 1000'],
    ],
    [
      'hours that do not divide a day',
      server({ snapshotEveryHours: 5 }),
      ['server.snapshotEveryHours: 5'],
    ],
    [
      'a cache, stores or shards',
      { ...singleServer, cache: {}, shards: { a: {} } },
      ['shards: an object', 'cache: an object'],
    ],
    ['a server at a later stage', { ...loadBalanced, server: {} }, ['server: an object']],
  ])('refuses %s', (_, input, faults) => {
    expect(faultsOf(input)).toEqual(faults);
  });
});
