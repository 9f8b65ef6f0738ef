import type { Dependencies } from '../api/dependencies';
import { isOfFeed } from '../data/events';
import { unavailable } from '../platform/errors';
import { type Id, logicalShardOf } from '../platform/ids';
import { shardOf, type TopologyDocument } from '../topology';
import { isAfter, type Positions } from './cursor';
import { type Log, Logs, nameOf } from './logs';
import { payloadsOf } from './payload';
import { type Listener, Subscription } from './subscription';

export interface HubOptions {
  /** Milliseconds between two looks at the logs. @default 300 */
  readonly pollMs?: number;
  /** The same for logs that another Region is asked for. @default 2000 */
  readonly farPollMs?: number;
  /** Greatest delay that clients are asked for when this server ends. @default 5000 */
  readonly jitterMs?: number;
  /**
   * Milliseconds after which a client, and whatever stands between, is told that the connection lives; one in four
   * asks whether the session does. @default 15000
   */
  readonly heartbeatMs?: number;
}

const PAGE = 500;
/** Waits of a catch-up for a reader that is behind what this process has seen already. */
const BEHIND_PAUSE_MS = 100;
const LONGEST_BEHIND_MS = 10_000;

/** Of logs: read here, or asked of other Regions, who hold nobody up that way. */
type Reach = 'near' | 'far';

/** How far a log (`content.s0`) has been told. */
interface Tail {
  position: Id;
}

/**
 * Tells connections of this process what happens in the logs of all shards, as this Region's readers
 * show them, and where it has no copy, another's: every server of every Region tells the same, and
 * whoever comes with a cursor goes on anywhere. One look at each log for all connections.
 */
export class FeedHub {
  private readonly tails = new Map<string, Tail>();
  private readonly subscriptions = new Set<Subscription>();
  private timer: NodeJS.Timeout | undefined;
  private readonly looking = new Map<Reach, Promise<void>>();
  private readonly failing = new Set<Reach>();
  private ending = false;
  private readonly logs: Logs;
  /** When logs of other Regions have been looked at last, epoch milliseconds. */
  private farLookAt = 0;

  constructor(
    private readonly deps: Dependencies,
    private readonly options: HubOptions = {},
  ) {
    this.logs = new Logs(deps);
    deps.lifecycle.onDrain(() => {
      this.drain();
    });
  }

  get size(): number {
    return this.subscriptions.size;
  }

  get heartbeatMs(): number {
    return this.options.heartbeatMs ?? 15_000;
  }

  /**
   * Tells first what has happened since `after`, or from now on.
   * @throws RequestError 503 while this server ends, or where its readers are too far behind
   */
  async subscribe(
    viewerId: Id,
    after: Positions | undefined,
    listener: Listener,
  ): Promise<Subscription> {
    if (this.ending) throw unavailable('stream', 'this server is about to end');
    await this.start();
    const { document } = await this.deps.topology.current();
    const known = [...(after ?? [])].filter(([shard]) => shard in document.shards);
    const subscription = new Subscription(viewerId, new Map(known), listener, (closed) => {
      this.subscriptions.delete(closed);
    });
    this.subscriptions.add(subscription);
    try {
      await this.catchUp(subscription, document);
    } catch (error) {
      subscription.close();
      throw error;
    }
    subscription.goLive({ region: this.deps.region });
    return subscription;
  }

  /** Asks everybody to come again, elsewhere, each at another moment. */
  drain(): void {
    this.ending = true;
    const { jitterMs = 5_000 } = this.options;
    for (const subscription of [...this.subscriptions])
      subscription.askToReconnect(Math.round(Math.random() * jitterMs));
    clearTimeout(this.timer);
  }

  /** Brings the tails to where the logs are now, and keeps them going while somebody listens. */
  private async start(): Promise<void> {
    if (this.timer !== undefined) return;
    // What happened while nobody listened is for catching up, not for telling.
    this.tails.clear();
    await Promise.all([this.look('near'), this.look('far')]);
    this.timer ??= this.schedule();
  }

  private schedule(): NodeJS.Timeout {
    return setTimeout(() => {
      const now = this.deps.now();
      if (now - this.farLookAt >= (this.options.farPollMs ?? 2_000)) void this.look('far');
      void this.look('near').finally(() => {
        this.timer = this.subscriptions.size > 0 && !this.ending ? this.schedule() : undefined;
      });
    }, this.options.pollMs ?? 300);
  }

  private look(reach: Reach): Promise<void> {
    const begun = this.looking.get(reach);
    if (begun !== undefined) return begun;
    if (reach === 'far') this.farLookAt = this.deps.now();
    const looking = this.lookAtAll(reach).finally(() => this.looking.delete(reach));
    this.looking.set(reach, looking);
    return looking;
  }

  /** A log that cannot be read now is read later, from where it was left; the others are told. */
  private async lookAtAll(reach: Reach): Promise<void> {
    try {
      const { document } = await this.deps.topology.current();
      const look = async (domain: Log['domain']) => {
        const logs = this.logsOf(document, domain, reach);
        return await Promise.allSettled(logs.map((log) => this.lookAt(document, log)));
      };
      // Follows are read after articles and told before: whoever posts after somebody has left them is
      // not heard by them any more.
      const articles = await look('content');
      const follows = await look('social');
      const looks = [...follows, ...articles];
      for (const one of looks) if (one.status === 'fulfilled') one.value();
      if (reach === 'far') await this.catchUpLate(document);
      const failed = looks.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      this.failing.delete(reach);
    } catch (error) {
      if (!this.failing.has(reach))
        this.deps.log('warn', 'event logs cannot be read', { reach, error });
      this.failing.add(reach);
      if (reach === 'near' && this.tails.size === 0) throw error;
    }
  }

  private logsOf(document: TopologyDocument, domain: Log['domain'], reach: Reach): readonly Log[] {
    // Of follows of other Regions, those that somebody who listens here has made.
    const wanted =
      reach === 'far' && domain === 'social' ? this.shardsOfViewers(document) : undefined;
    return Object.entries(document.shards)
      .filter(([, { domains }]) => domain in domains)
      .map(([shard]) => ({ shard, domain }))
      .filter((log) => this.logs.isHere(document, log) === (reach === 'near'))
      .filter(({ shard }) => wanted?.has(shard) ?? true);
  }

  private shardsOfViewers(document: TopologyDocument): ReadonlySet<string> {
    const viewers = [...this.subscriptions].map(({ viewerId }) => logicalShardOf(viewerId));
    return new Set([...new Set(viewers)].map((one) => shardOf(document, one).name));
  }

  /** Reads on in one log, and gives what tells of it. */
  private async lookAt(document: TopologyDocument, log: Log): Promise<() => void> {
    const tail = this.tails.get(nameOf(log));
    if (tail === undefined) {
      const position = await this.logs.head(document, log);
      if (!this.tails.has(nameOf(log))) this.tails.set(nameOf(log), { position });
      return () => undefined;
    }
    const events = await this.logs.after(document, log, tail.position, PAGE);
    const last = events.at(-1);
    if (last === undefined) return () => undefined;
    const shown = events.filter(isOfFeed);
    const told = log.domain === 'content' ? await payloadsOf(this.deps, shown) : undefined;
    // At one go: whoever subscribes has seen the old position, or all of this.
    return () => {
      for (const event of shown)
        for (const subscription of this.subscriptions)
          if (told !== undefined)
            subscription.offer({ shard: log.shard, event, data: told.get(event.id) ?? '{}' });
          else if (subscription.viewerId === event.actorId) subscription.offerFollow(event);
      tail.position = last.id;
    };
  }

  private async catchUp(subscription: Subscription, document: TopologyDocument): Promise<void> {
    const own = { shard: shardOf(document, logicalShardOf(subscription.viewerId)).name };
    const follows = { ...own, domain: 'social' } as const;
    const { followed, head } = await this.notBehind(this.seen(follows), () =>
      this.logs.followedBy(document, own.shard, subscription.viewerId),
    );
    // What is followed from now on is told from here.
    if (!this.tails.has(nameOf(follows))) this.tails.set(nameOf(follows), { position: head });
    subscription.setFollowed(followed, head);
    for (const { shard } of this.logsOf(document, 'content', 'near'))
      await this.catchUpWith(subscription, document, shard);
    for (const { shard } of this.logsOf(document, 'content', 'far'))
      await this.catchUpWith(subscription, document, shard).catch(() => {
        // The others are told meanwhile: a Region that is gone takes nobody's feed with it.
        subscription.leaveFor(shard);
      });
  }

  /** Those for whom another Region's log could not be read when they came. */
  private async catchUpLate(document: TopologyDocument): Promise<void> {
    for (const subscription of this.subscriptions)
      for (const shard of subscription.left)
        try {
          await this.catchUpWith(subscription, document, shard);
          subscription.takeUp(shard);
        } catch {
          return;
        }
  }

  private async catchUpWith(
    subscription: Subscription,
    document: TopologyDocument,
    shard: string,
  ): Promise<void> {
    const actors = [...subscription.followed];
    const seen = this.tails.get(nameOf({ shard, domain: 'content' }))?.position;
    if (seen === undefined) throw unavailable('stream', 'cannot be read from its beginning');
    // Somebody new begins where this process is.
    if (subscription.position(shard) === undefined) subscription.moveTo(shard, seen);
    for (;;) {
      const after = subscription.position(shard) ?? seen;
      const { events } = await this.notBehind(seen, () =>
        this.logs.ofActors(document, shard, actors, after, PAGE),
      );
      const told = await payloadsOf(this.deps, events);
      for (const event of events)
        subscription.tell({ shard, event, data: told.get(event.id) ?? '{}' });
      if (events.length < PAGE) return;
    }
  }

  private seen(log: Log): Id {
    return this.tails.get(nameOf(log))?.position ?? '0';
  }

  /** Another replica than the tail's may be behind it: what lies between would never be told. */
  private async notBehind<T extends { readonly head: Id }>(
    seen: Id,
    read: () => Promise<T>,
  ): Promise<T> {
    const until = Date.now() + LONGEST_BEHIND_MS;
    for (;;) {
      const found = await read();
      if (!isAfter(seen, found.head)) return found;
      if (Date.now() > until) throw unavailable('stream', 'the readers are too far behind');
      await new Promise((resolve) => setTimeout(resolve, BEHIND_PAUSE_MS));
    }
  }
}
