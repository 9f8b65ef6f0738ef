import type { PendingQuery, Row } from 'postgres';
import type { Dependencies } from '../api/dependencies';
import { listIds } from '../data/lists';
import * as timelines from '../data/timelines';
import type { Transaction } from '../platform/databases';
import { fenced } from '../platform/errors';
import { grantFor, inFence } from '../platform/fence';
import { type Id, logicalShardOf } from '../platform/ids';
import { shardOf, type ShardLocation } from '../topology';
import { type DerivedMessage, type EventMessage, targetOf, type WorkMessage } from './messages';

/** Followers in one message and one statement. */
const FAN = 500;

/** What came with a message: its group, and an id from which those of derived messages are made. */
export interface Envelope {
  readonly group: string;
  readonly id: string;
}

/**
 * Acts upon messages. Everything may be repeated: rows follow keys, and what is counted is counted
 * once for each event. Shards that are written in this Region are written behind their fence; what is
 * for others goes to the queue of the Region that writes them, so that a failover only makes it late.
 */
export class Consumer {
  constructor(private readonly deps: Dependencies) {}

  async handle(message: WorkMessage, envelope: Envelope): Promise<void> {
    if (message.type === 'event') await this.act(message, envelope);
    else await this.deliver(message, envelope);
  }

  private async act(event: EventMessage, envelope: Envelope): Promise<void> {
    const { kind, actorId, subjectId } = event;
    if (kind === 'posted' || kind === 'deleted') await this.spread(event, envelope);
    if (kind === 'unfollowed')
      await this.inShardOf(actorId, (sql) => timelines.dropAuthor(sql, actorId, subjectId));
    if (kind === 'followed' || kind === 'unfollowed') {
      const on = kind === 'followed';
      const message = { type: 'follower', followedId: subjectId, followerId: actorId, on } as const;
      await this.deliver(message, envelope);
    }
  }

  /** An article to, or from, the timelines of its author's followers, unless those pull. */
  private async spread(event: EventMessage, envelope: Envelope): Promise<void> {
    const { source, id, kind, actorId, subjectId } = event;
    const on = kind === 'posted';
    const article = { source, id, authorId: actorId, on };
    let page: readonly Id[] = await this.inShardOf<Id[], timelines.Follower[]>(
      actorId,
      (_, opened = []) => Promise.resolve(opened.map((follower) => follower.id)),
      (sql) => timelines.recordArticle(sql, article, FAN),
    );
    for (let after = '0'; ;) {
      await this.fan({ authorId: actorId, articleId: subjectId, on }, page, {
        ...envelope,
        id: `${envelope.id}.${after}`,
      });
      const last = page.at(-1);
      if (last === undefined || page.length < FAN) return;
      after = last;
      page = await this.inShardOf(actorId, (sql) =>
        timelines.listFollowers(sql, actorId, last, FAN),
      );
    }
  }

  private async fan(
    what: { readonly authorId: Id; readonly articleId: Id; readonly on: boolean },
    followerIds: readonly Id[],
    envelope: Envelope,
  ): Promise<void> {
    const { document } = await this.deps.topology.current();
    const groups = new Map<string, Id[]>();
    for (const id of followerIds) {
      const { name } = shardOf(document, logicalShardOf(id));
      groups.set(name, [...(groups.get(name) ?? []), id]);
    }
    for (const [name, ids] of groups)
      await this.deliver(
        { type: 'fan', ...what, followerIds: ids },
        { ...envelope, id: `${envelope.id}.${name}` },
      );
  }

  /** Here, or where the shard that it is for is written. */
  private async deliver(message: DerivedMessage, envelope: Envelope): Promise<void> {
    const { home } = await this.placeOf(targetOf(message));
    if (home === this.deps.region) {
      await this.apply(message, envelope);
      return;
    }
    const { group } = envelope;
    const id = `${envelope.id}.${message.type}`.slice(-128);
    await this.deps.events?.send(home, [{ id, group, body: message }]);
  }

  private async apply(message: DerivedMessage, envelope: Envelope): Promise<void> {
    if (message.type === 'fan') {
      const { authorId, articleId, followerIds, on } = message;
      await this.inShardOf(targetOf(message), (sql) =>
        on
          ? timelines.pushArticle(sql, authorId, articleId, followerIds)
          : timelines.dropArticle(sql, articleId, followerIds),
      );
    } else if (message.type === 'fill') {
      const { followerId, followedId, articleIds } = message;
      await this.inShardOf(followerId, (sql) =>
        timelines.fillTimeline(sql, followerId, followedId, articleIds),
      );
    } else await this.admit(message, envelope);
  }

  /** The row first: an article posted from then on is pushed, one of before is among those read. */
  private async admit(
    { followedId, followerId, on }: DerivedMessage & { readonly type: 'follower' },
    envelope: Envelope,
  ): Promise<void> {
    await this.inShardOf(followedId, (sql) =>
      (on ? timelines.addFollower : timelines.removeFollower)(sql, followedId, followerId),
    );
    if (!on) return;
    const content = await this.deps.databases.writer(await this.placeOf(followedId), 'content');
    const range = { before: undefined, count: timelines.TIMELINE_LENGTH };
    const { ids } = await listIds(content, { authorId: followedId }, range);
    const fill = { type: 'fill', followedId, followerId, articleIds: ids } as const;
    await this.deliver(fill, envelope);
  }

  private async placeOf(id: Id): Promise<ShardLocation> {
    const { document } = await this.deps.topology.current();
    return shardOf(document, logicalShardOf(id)).location;
  }

  /**
   * A transaction on the social database of somebody's shard.
   *
   * @param open sent together with the look at the fence
   * @throws RequestError 503 where that is not written here now: the message comes again
   */
  private async inShardOf<T, Opened extends readonly Row[] = readonly Row[]>(
    id: Id,
    run: (sql: Transaction, opened: Opened | undefined) => Promise<T>,
    open?: (sql: Transaction) => PendingQuery<Opened>,
  ): Promise<T> {
    const view = await this.deps.topology.current();
    const { name, location } = shardOf(view.document, logicalShardOf(id));
    if (location.home !== this.deps.region || location.state !== 'serving')
      throw fenced(`shard ${name} is not written here now`);
    const sql = await this.deps.databases.writer(location, 'social');
    return await inFence(sql, grantFor(view, name), { ...(open && { open }), run });
  }
}
