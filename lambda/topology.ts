/**
 * The topology document: who writes what, and where. One item of the control table, seeded from the
 * declaration, cached by each server, replaced only by compare-and-set on `epoch`.
 */
export interface TopologyDocument {
  readonly schemaVersion: 1;
  /** Rises by one with every change; the condition of compare-and-set. */
  readonly epoch: number;
  /** Where names and mail addresses are written. */
  readonly directory: { readonly home: string };
  /** Contiguous ranges that cover 0..1023, first and last inclusive. */
  readonly logicalShards: readonly LogicalRange[];
  readonly shards: Readonly<Record<string, ShardLocation>>;
}

export interface LogicalRange {
  readonly first: number;
  readonly last: number;
  readonly shard: string;
}

export interface ShardLocation {
  /** The Region that writes this shard now. */
  readonly home: string;
  readonly state: 'serving' | 'fenced' | 'moving';
  /**
   * Rises with every change of who may write the shard: each database of it remembers the highest
   * that it has seen and refuses those who come with a lower one (lambda/platform/fence.ts).
   */
  readonly epoch: number;
  readonly domains: Readonly<Record<string, DomainLocation>>;
}

export interface DomainLocation {
  /** Name of the PostgreSQL database. */
  readonly database: string;
  /** Name of the secret `{"username","password"}` of the domain's role, replicated to each Region. */
  readonly secret: string;
  /** Name of the secret of the clusters' master user, for migrations and rotations. */
  readonly masterSecret?: string;
  /** By Region; a server connects to its own Region's only. Values are `host:port`. */
  readonly endpoints: Readonly<Record<string, Endpoints>>;
}

export interface Endpoints {
  readonly writer: string;
  readonly reader: string;
  /** The cluster's own writer, where `writer` is a proxy's: the master user is unknown there. */
  readonly direct?: string;
}

/** `ResourceProperties` of the migration custom resource: one per Region. */
export interface MigrationProperties {
  readonly ServiceToken: string;
  /**
   * JSON of a {@link TopologySeed}, used only where no topology document exists yet. A string,
   * because CloudFormation turns every number and boolean of a custom resource into text.
   */
  readonly Seed: string;
  /** This Region's clusters, by store and shard (`main.s0`). */
  readonly Clusters: Readonly<Record<string, ClusterLocation>>;
  /** Changes when the migrations change, so that CloudFormation runs them again. */
  readonly Version: string;
}

/** What the rotation function asks of a Region's migration function: SQL runs where the shard is written. */
export interface RoleRequest {
  readonly role: {
    /** `admit` lets the pending user in, `prove` logs in as it. */
    readonly step: 'admit' | 'prove';
    /** Name of the domain's secret. */
    readonly secret: string;
    /** Region whose secret is the primary one, and the pending version there. */
    readonly region: string;
    readonly version: string;
  };
}

/** Databases (`shard.domain`) at home in the Region that answers, with the step done on each. */
export interface RoleReply {
  readonly done: readonly string[];
}

/** Asks a Region's migration function for the steps that waited until all Regions run new code. */
export interface ContractRequest {
  readonly contract: true;
}

/** Steps as `shard.domain: version name`; those held with the reason behind. */
export interface ContractReply {
  readonly applied: readonly string[];
  readonly held: readonly string[];
}

export interface TopologySeed {
  readonly directory: { readonly home: string };
  readonly logicalShards: readonly LogicalRange[];
  readonly shards: Readonly<
    Record<
      string,
      { readonly home: string; readonly domains: Readonly<Record<string, DomainSeed>> }
    >
  >;
}

export interface DomainSeed {
  /** Name of the store; with the shard's name the key into `Clusters`. */
  readonly store: string;
  readonly database: string;
  readonly secret: string;
}

export interface ClusterLocation extends Endpoints {
  /** Name of the secret of the cluster's master user. */
  readonly masterSecret: string;
}

/** User ids hash into this many logical shards; the ranges of a document cover all of them. */
export const LOGICAL_SHARDS = 1024;

/** Epoch of a shard that nobody has moved yet. */
export const FIRST_EPOCH = 1;

/** `id` of the one item of the control table that holds the document. */
export const TOPOLOGY_ID = 'topology';

/** The document, or a request about it, makes no sense. */
export class TopologyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TopologyError';
  }
}

/**
 * Reads a stored document.
 * @throws TopologyError for text that is not a document of this schema version
 */
export function parseTopology(text: string): TopologyDocument {
  let value: Partial<TopologyDocument> | null;
  try {
    value = JSON.parse(text) as Partial<TopologyDocument> | null;
  } catch {
    throw new TopologyError('the topology document is not JSON');
  }
  if (value === null || typeof value !== 'object')
    throw new TopologyError('the topology document is not an object');
  if (value.schemaVersion !== 1)
    throw new TopologyError(
      `\`schemaVersion\` of the topology document must be 1, got: ${String(value.schemaVersion)}`,
    );
  const { epoch, directory, logicalShards, shards } = value;
  if (!Number.isInteger(epoch) || directory === undefined || shards === undefined)
    throw new TopologyError('the topology document lacks `epoch`, `directory` or `shards`');
  if (!coversEverything(logicalShards ?? []))
    throw new TopologyError(
      `\`logicalShards\` must cover 0..${LOGICAL_SHARDS - 1} once and in order`,
    );
  return { ...(value as TopologyDocument), shards: withEpochs(shards) };
}

/** Documents of before the fence say nothing of shards' epochs. */
function withEpochs(shards: TopologyDocument['shards']): TopologyDocument['shards'] {
  return Object.fromEntries(
    Object.entries(shards).map(([name, shard]) => {
      const { epoch = FIRST_EPOCH } = shard as Partial<ShardLocation>;
      return [name, { ...shard, epoch }];
    }),
  );
}

/** Name and location of the shard that holds a logical shard. */
export function shardOf(
  document: TopologyDocument,
  logicalShard: number,
): { readonly name: string; readonly location: ShardLocation } {
  const range = document.logicalShards.find(
    ({ first, last }) => first <= logicalShard && logicalShard <= last,
  );
  const location = range === undefined ? undefined : document.shards[range.shard];
  if (range === undefined || location === undefined)
    throw new TopologyError(`no shard holds logical shard ${logicalShard}`);
  return { name: range.shard, location };
}

/** Domain of what is derived from all shards, in a store of its own: without it, shards are asked. */
export const DISCOVERY = 'discovery';

/** Who has the lists of everybody's articles, by its name among the shards, and where it is. */
export function discoveryOf({
  shards,
}: TopologyDocument): { readonly name: string; readonly location: ShardLocation } | undefined {
  const found = Object.entries(shards).find(([, { domains }]) => DISCOVERY in domains);
  return found && { name: found[0], location: found[1] };
}

/** Shards that hold articles. */
export function shardsOfContent({ shards }: TopologyDocument): readonly string[] {
  return Object.entries(shards).flatMap(([name, { domains }]) =>
    'content' in domains ? [name] : [],
  );
}

function coversEverything(ranges: readonly LogicalRange[]): boolean {
  let next = 0;
  for (const { first, last } of ranges) {
    if (first !== next || last < first) return false;
    next = last + 1;
  }
  return next === LOGICAL_SHARDS;
}
