import type { PendingQuery, Row } from 'postgres';
import type { Dependencies } from '../api/dependencies';
import { listIds } from '../data/lists';
import * as timelines from '../data/timelines';
import { byShard } from '../platform/by-shard';
import type { Transaction } from '../platform/databases';
import { fenced, isOutage } from '../platform/errors';
import { grantFor, inFence } from '../platform/fence';
import { type Id, logicalShardOf } from '../platform/ids';
import { discoveryOf, shardOf, type ShardLocation } from '../topology';
import {
  type DerivedMessage,
  type Envelope,
  type EventMessage,
  targetOf,
  tracedBy,
  type WorkMessage,
} from './messages';
import { followShard } from './follow';
import { Notifier } from './notify';

/** Followers in one message and one statement. */
const FAN = 500;

/** The first followers of whose article came or went, by the event that says so. */
export type Recorded = ReadonlyMap<WorkMessage, readonly Id[]>;

/**
 * Acts upon messages. Everything may be repeated: rows follow keys, and what is counted is counted
 * once for each event. Shards that are written in this Region are written behind their fence; what is
 * for others goes to the queue of the Region that writes them, so that a failover only makes it late.
 */
export class Consumer {
  private readonly notifier: Notifier;

  constructor(private readonly deps: Dependencies) {
    this.notifier = new Notifier(deps);
  }

  /** @param recorded what {@link recordAll} gave for a batch that it is of */
  async handle(message: WorkMessage, envelope: Envelope, recorded?: Recorded): Promise<void> {
    if (message.type === 'notify') await this.notifier.notify(message.event);
    else if (message.type === 'follow') await this.follow(message.shard);
    else if (message.type === 'event') {
      await this.act(message, envelope, recorded?.get(message));
      await this.notifier.notifyOrDefer(message, envelope);
    } else await this.deliver(message, envelope);
  }

  /**
   * Records the articles of a batch, one transaction for each shard in place of one for each article.
   * What it does not give is recorded when it is handled, and fails by itself if it must.
   */
  async recordAll(messages: readonly WorkMessage[]): Promise<Recorded> {
    const recorded = new Map<WorkMessage, readonly Id[]>();
    for (const events of await this.articlesByShard(messages)) {
      const [first, second] = events;
      if (first === undefined || second === undefined) continue;
      const record = (sql: Transaction) =>
        Promise.all(events.map((event) => timelines.recordArticle(sql, articleOf(event), FAN)));
      const pages = await this.inShardOf(first.actorId, record).catch(() => []);
      for (const [at, page] of pages.entries()) {
        const event = events[at];
        if (event !== undefined) recorded.set(event, idsOf(page));
      }
    }
    return recorded;
  }

  private async articlesByShard(
    messages: readonly WorkMessage[],
  ): Promise<readonly (readonly EventMessage[])[]> {
    const { document } = await this.deps.topology.current();
    const articles = messages.filter(
      (message): message is EventMessage => message.type === 'event' && isArticle(message),
    );
    return [...byShard(document, articles, ({ actorId }) => actorId).values()];
  }

  private async act(
    event: EventMessage,
    envelope: Envelope,
    recorded: readonly Id[] | undefined,
  ): Promise<void> {
    const { kind, actorId, subjectId } = event;
    if (isArticle(event) || kind === 'changed') await this.tellLists(event, envelope);
    if (isArticle(event)) await this.spread(event, envelope, recorded);
    if (kind === 'unfollowed')
      await this.inShardOf(actorId, (sql) => timelines.dropAuthor(sql, actorId, subjectId));
    if (kind === 'followed' || kind === 'unfollowed') {
      const on = kind === 'followed';
      const message = { type: 'follower', followedId: subjectId, followerId: actorId, on } as const;
      await this.deliver(message, envelope);
    }
  }

  /**
   * Readers know how late the lists are: where the message is not taken, or the lists do not answer, the job
   * `relay` has them follow.
   */
  private async tellLists({ source }: EventMessage, { id, trace }: Envelope): Promise<void> {
    const { topology, events, log } = this.deps;
    const { document } = await topology.current();
    const home = discoveryOf(document)?.location.home;
    const shard = source.slice(source.indexOf('.') + 1);
    if (home === undefined || events === undefined) return;
    const group = `follow.${shard}`;
    const message = {
      id: `${id}.follow`.slice(-128),
      group,
      body: { type: 'follow', shard, ...tracedBy(trace) },
    };
    await events.send(home, [message]).catch((error: unknown) => {
      log('warn', 'the lists of all articles will follow later', { shard, error });
    });
  }

  private async follow(shard: string): Promise<void> {
    try {
      await followShard(this.deps, shard);
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.deps.log('warn', 'the lists of all articles will follow later', { shard, error });
    }
  }

  /** An article to, or from, the timelines of its author's followers, unless those pull. */
  private async spread(
    event: EventMessage,
    envelope: Envelope,
    recorded: readonly Id[] | undefined,
  ): Promise<void> {
    const { actorId, subjectId } = event;
    const article = articleOf(event);
    const { on } = article;
    let page = recorded ?? (await this.record(article));
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

  private record(article: timelines.ArticleEvent): Promise<readonly Id[]> {
    return this.inShardOf<readonly Id[], timelines.Follower[]>(
      article.authorId,
      (_, opened = []) => Promise.resolve(idsOf(opened)),
      (sql) => timelines.recordArticle(sql, article, FAN),
    );
  }

  private async fan(
    what: { readonly authorId: Id; readonly articleId: Id; readonly on: boolean },
    followerIds: readonly Id[],
    envelope: Envelope,
  ): Promise<void> {
    const { document } = await this.deps.topology.current();
    for (const [name, ids] of byShard(document, followerIds, (id) => id))
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
    const { group, trace } = envelope;
    const id = `${envelope.id}.${message.type}`.slice(-128);
    await this.deps.events?.send(home, [{ id, group, body: { ...message, ...tracedBy(trace) } }]);
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

function isArticle({ kind }: EventMessage): boolean {
  return kind === 'posted' || kind === 'deleted';
}

function articleOf({ source, id, kind, actorId }: EventMessage): timelines.ArticleEvent {
  return { source, id, authorId: actorId, on: kind === 'posted' };
}

function idsOf(followers: readonly timelines.Follower[]): readonly Id[] {
  return followers.map(({ id }) => id);
}
