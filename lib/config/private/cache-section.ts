import type { Cache, GlobalDatastore, NodesCache, ServerlessCache } from '../cache-declaration';
import type { GrowthStage, RegionName } from '../declaration';
import type { Service } from '../deployment';
import { GROWTH_STAGES } from '../growth-stages';
import { SAMPLE_BUNDLE } from '../sample';
import type { Field, Properties } from './field';
import { integer, oneOf, text } from './rules';
import { readRegionList } from './stores/region-list';

const DEFAULT: NodesCache = {
  kind: 'nodes',
  nodeType: 'cache.m7g.large',
  replicas: 1,
  shards: undefined,
  globalDatastore: undefined,
};
const OPTIONS: Readonly<Record<Cache['kind'], readonly string[]>> = {
  nodes: ['nodeType', 'replicas', 'shards', 'globalDatastore'],
  serverless: [
    'maxStorageGb',
    'minStorageGb',
    'maxEcpuPerSecond',
    'minEcpuPerSecond',
    'snapshotDays',
    'userGroup',
  ],
};
const KIND = oneOf(['nodes', 'serverless']);
const EVERY_OPTION = [...OPTIONS.nodes, ...OPTIONS.serverless];
const NODE_TYPE = text(
  /^cache\.[mr]7g\.(large|(2|4|8|12|16)?xlarge)$/,
  'a node type on Graviton that global datastores accept as well: cache.m7g or cache.r7g, large or ' +
    'above, such as "cache.m7g.large"',
);
const USER_GROUP = text(/^[a-z][a-z0-9-]{0,39}$/, 'the id of a user group, such as "shop-servers"');
/** Nodes of a cluster unless AWS is asked for more. */
const MOST_NODES = 90;
/** Three Regions in all. */
const MOST_SECONDARIES = 2;

/** What the section is held against. */
export interface Cached {
  readonly stage: GrowthStage;
  readonly regions: readonly RegionName[];
  readonly birthRegion: RegionName | undefined;
  readonly services: readonly Service[];
}

/** The Regions' caches; `undefined` for none. */
export function readCache(field: Field, of: Cached): Cache | undefined {
  if (field.value === false) return undefined;
  if (!field.present) return GROWTH_STAGES[of.stage].cache ? DEFAULT : undefined;
  const at = field.properties(['kind', ...EVERY_OPTION]);
  if (at === undefined) return DEFAULT;
  const kind = at('kind').optional(KIND, 'nodes');
  const own = OPTIONS[kind];
  for (const option of EVERY_OPTION.filter((it) => at(it).present && !own.includes(it))) {
    at(option).reject(`with ${kind}: ${own.join(', ')}`, 'an option of another kind');
  }
  return kind === 'nodes' ? readNodes(at, of) : readServerless(at, of);
}

function readNodes(at: Properties, of: Cached): NodesCache {
  const replicas = at('replicas').optional(integer(1, 5), DEFAULT.replicas);
  const declared = at('shards');
  const shards = declared.present ? declared.require(integer(1, 250), 1) : undefined;
  const nodes = (shards ?? 1) * (replicas + 1);
  if (nodes > MOST_NODES) {
    declared.reject(`at most ${MOST_NODES} nodes, primaries and replicas`, `${nodes} nodes`);
  }
  return {
    kind: 'nodes',
    nodeType: at('nodeType').optional(NODE_TYPE, DEFAULT.nodeType),
    replicas,
    shards,
    globalDatastore: readDatastore(at('globalDatastore'), of),
  };
}

function readDatastore(field: Field, of: Cached): GlobalDatastore | undefined {
  if (!field.present) return undefined;
  const at = field.properties(['primary', 'secondaries']);
  refuseSample(field, of, 'it writes the cache of every Region, and here only one takes writes');
  if (at === undefined) return undefined;
  const { regions, birthRegion } = of;
  const primary = at('primary').present
    ? at('primary').reference(regions, 'one of `regions`')
    : birthRegion;
  const listed = at('secondaries');
  const secondaries = listed.present
    ? readRegionList(listed, of)
    : regions.filter((region) => region !== primary);
  if (listed.present && primary !== undefined && secondaries.includes(primary)) {
    listed.reject(`Regions beside the primary ${primary}`, `a list with ${primary}`);
  }
  if (secondaries.length < 1 || secondaries.length > MOST_SECONDARIES) {
    const found = `${secondaries.length} secondaries`;
    listed.reject(`one or two of \`regions\` beside the primary`, found);
  }
  return { primary: primary ?? '', secondaries };
}

function readServerless(at: Properties, of: Cached): ServerlessCache {
  const maxStorageGb = at('maxStorageGb').optional(integer(1, 5000), 10);
  const maxEcpuPerSecond = at('maxEcpuPerSecond').optional(integer(1000, 15_000_000), 30_000);
  const least = (name: string, fewest: number, most: number): number | undefined =>
    at(name).present ? at(name).require(integer(fewest, most), fewest) : undefined;
  const userGroup = at('userGroup');
  if (userGroup.present) refuseSample(userGroup, of, 'the network alone admits it to its cache');
  return {
    kind: 'serverless',
    maxStorageGb,
    minStorageGb: least('minStorageGb', 1, maxStorageGb),
    maxEcpuPerSecond,
    minEcpuPerSecond: least('minEcpuPerSecond', 1000, maxEcpuPerSecond),
    snapshotDays: at('snapshotDays').optional(integer(0, 35), 0),
    userGroup: userGroup.present ? userGroup.require(USER_GROUP, '') : undefined,
  };
}

function refuseSample(field: Field, { services }: Cached, reason: string): void {
  if (!services.some(({ bundle }) => bundle === SAMPLE_BUNDLE)) return;
  field.reject(`nothing with the sample workload: ${reason}`);
}
