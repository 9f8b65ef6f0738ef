import type { TopologyTable } from '../platform/topology-store';
import {
  type ClusterLocation,
  type DomainLocation,
  type DomainSeed,
  type Endpoints,
  FIRST_EPOCH,
  type ShardLocation,
  type TopologyDocument,
  type TopologySeed,
} from '../topology';

type Clusters = Readonly<Record<string, ClusterLocation>>;

const ATTEMPTS = 20;
const BACKOFF_MS = 50;

/** The document with this Region's endpoints in it; what others wrote stays. */
export function withRegion(
  current: TopologyDocument | undefined,
  seed: TopologySeed,
  region: string,
  clusters: Clusters,
): TopologyDocument {
  const base = current ?? {
    schemaVersion: 1,
    epoch: 0,
    directory: seed.directory,
    logicalShards: seed.logicalShards,
    shards: {},
  };
  const shards: Record<string, ShardLocation> = { ...base.shards };
  for (const [name, declared] of Object.entries(seed.shards)) {
    const present = shards[name];
    const domains: Record<string, DomainLocation> = { ...present?.domains };
    for (const [domain, declaration] of Object.entries(declared.domains)) {
      const cluster = clusters[`${declaration.store}.${name}`];
      domains[domain] = locate(domains[domain], declaration, region, cluster);
    }
    // Home, state and epoch belong to operations once the shard exists: a deployment moves no writer.
    shards[name] = {
      home: present?.home ?? declared.home,
      state: present?.state ?? 'serving',
      epoch: present?.epoch ?? FIRST_EPOCH,
      domains,
    };
  }
  return { ...base, shards };
}

function locate(
  present: DomainLocation | undefined,
  { database, secret }: DomainSeed,
  region: string,
  cluster: ClusterLocation | undefined,
): DomainLocation {
  const endpoints: Record<string, Endpoints> = { ...present?.endpoints };
  if (cluster !== undefined) {
    const { writer, reader, direct } = cluster;
    endpoints[region] = { writer, reader, ...(direct !== undefined && { direct }) };
  }
  const masterSecret = cluster?.masterSecret ?? present?.masterSecret;
  return { database, secret, ...(masterSecret !== undefined && { masterSecret }), endpoints };
}

/** The document without this Region's endpoints. */
export function withoutRegion(document: TopologyDocument, region: string): TopologyDocument {
  const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
  const without = (endpoints: DomainLocation['endpoints']) =>
    Object.fromEntries(Object.entries(endpoints).filter(([name]) => name !== region));
  return {
    ...document,
    shards: mapValues(document.shards, (shard) => ({
      ...shard,
      domains: mapValues(shard.domains, (domain) => ({
        ...domain,
        endpoints: without(domain.endpoints),
      })),
    })),
  };
}

/**
 * Reads, changes and replaces the document until no other Region's change came in between; one
 * that changes nothing keeps its epoch. Returns the document as it then stands, if there is one.
 */
export async function changeTopology(
  table: Pick<TopologyTable, 'read' | 'replace'>,
  change: (current: TopologyDocument | undefined) => TopologyDocument | undefined,
): Promise<TopologyDocument | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const current = await table.read();
    const changed = change(current);
    if (changed === undefined || JSON.stringify(changed) === JSON.stringify(current))
      return current;
    const next = { ...changed, epoch: (current?.epoch ?? 0) + 1 };
    if (await table.replace(next, current?.epoch)) return next;
    const pause = BACKOFF_MS * (attempt + 1) * Math.random();
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error(`the topology document changed under ${ATTEMPTS} attempts to change it`);
}
