import type { Dependencies } from '../api/dependencies';
import {
  type ArgsOf,
  type ReadName,
  READS,
  readHere,
  readShard,
  type ResultOf,
} from '../api/reads';
import type { LoggedEvent, LogPage } from '../data/events';
import type { Id } from '../platform/ids';
import type { TopologyDocument } from '../topology';

/** Of articles in `content`, of follows in `social`. */
export interface Log {
  readonly shard: string;
  readonly domain: 'content' | 'social';
}

/** `content.s0` */
export function nameOf({ shard, domain }: Log): string {
  return `${domain}.${shard}`;
}

/** The event logs of all shards: as this Region's readers show them, and those of others where it has no copy. */
export class Logs {
  constructor(private readonly deps: Dependencies) {}

  /** Whether it costs no other Region anything. */
  isHere(document: TopologyDocument, { shard, domain }: Log): boolean {
    const location = document.shards[shard];
    return location !== undefined && this.deps.databases.holds(location, domain);
  }

  head(document: TopologyDocument, { shard, domain }: Log): Promise<Id> {
    const read = domain === 'content' ? 'articleLogHead' : 'followLogHead';
    return this.read(document, shard, read, []);
  }

  after(
    document: TopologyDocument,
    { shard, domain }: Log,
    id: Id,
    most: number,
  ): Promise<readonly LoggedEvent[]> {
    const read = domain === 'content' ? 'articleLog' : 'followLog';
    return this.read(document, shard, read, [id, most]);
  }

  ofActors(
    document: TopologyDocument,
    shard: string,
    ...asked: ArgsOf<'articleLogOf'>
  ): Promise<LogPage> {
    return this.read(document, shard, 'articleLogOf', asked);
  }

  followedBy(document: TopologyDocument, shard: string, viewerId: Id) {
    return this.read(document, shard, 'followedNow', [viewerId]);
  }

  /** Here past the places of a shard: a thousand may come at once, and each asks for little. */
  private async read<Name extends ReadName>(
    document: TopologyDocument,
    shard: string,
    name: Name,
    args: ArgsOf<Name>,
  ): Promise<ResultOf<Name>> {
    const location = document.shards[shard];
    if (location === undefined || !this.deps.databases.holds(location, READS[name].domain))
      return await readShard(this.deps, document, shard, name, args);
    return (await readHere(this.deps, location, name, args)) as ResultOf<Name>;
  }
}
