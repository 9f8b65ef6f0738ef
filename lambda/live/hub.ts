import type { Dependencies } from '../api/dependencies';
import { isOfFeed, readEvents, readEventsOf, readFollowed, readHead } from '../data/events';
import type { Domain, Queryable } from '../platform/databases';
import { unavailable } from '../platform/errors';
import { type Id, logicalShardOf } from '../platform/ids';
import { shardOf, type ShardLocation } from '../topology';
import { isAfter, type Positions } from './cursor';
import { payloadsOf } from './payload';
import { type Listener, Subscription } from './subscription';

export interface HubOptions {
  /** Milliseconds between two looks at the logs. @default 300 */
  readonly pollMs?: number;
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

/** How far a log (`content.s0`) has been told. */
interface Tail {
  position: Id;
}

/**
 * Tells connections of this process what happens in the logs of all shards, as this Region's readers
 * show them: the logs replicate with the data, so that every server of every Region tells the same, and
 * whoever comes with a cursor goes on anywhere. One look at each log for all connections.
 */
export class FeedHub {
  private readonly tails = new Map<string, Tail>();
  private readonly subscriptions = new Set<Subscription>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private failing = false;
  private ending = false;

  constructor(
    private readonly deps: Dependencies,
    private readonly options: HubOptions = {},
  ) {
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
    const known = [...(after ?? [])].filter(([shard]) => this.tails.has(nameOf(shard, 'content')));
    const subscription = new Subscription(viewerId, new Map(known), listener, (closed) => {
      this.subscriptions.delete(closed);
    });
    this.subscriptions.add(subscription);
    try {
      await this.catchUp(subscription);
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
    await this.look();
    this.timer ??= this.schedule();
  }

  private schedule(): NodeJS.Timeout {
    return setTimeout(() => {
      void this.look().finally(() => {
        this.timer = this.subscriptions.size > 0 && !this.ending ? this.schedule() : undefined;
      });
    }, this.options.pollMs ?? 300);
  }

  private look(): Promise<void> {
    this.looking ??= this.lookAtAll().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** A log that cannot be read now is read later, from where it was left. */
  private async lookAtAll(): Promise<void> {
    try {
      const { document } = await this.deps.topology.current();
      const shards = Object.entries(document.shards);
      const look = (domain: Domain) =>
        Promise.all(
          shards
            .filter(([, location]) => this.deps.databases.holds(location, domain))
            .map(([shard, location]) => this.lookAt(shard, location, domain)),
        );
      // Follows are read after articles and told before: whoever posts after somebody has left them is
      // not heard by them any more.
      const articles = await look('content');
      const follows = await look('social');
      for (const tell of [...follows, ...articles]) tell();
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.deps.log('warn', 'the event logs cannot be read', { error });
      this.failing = true;
      if (this.tails.size === 0) throw error;
    }
  }

  /** Reads on in one log, and gives what tells of it. */
  private async lookAt(
    shard: string,
    location: ShardLocation,
    domain: Domain,
  ): Promise<() => void> {
    const read = <T>(query: (sql: Queryable) => Promise<T>) =>
      this.deps.databases.read(location, domain, query);
    const tail = this.tails.get(nameOf(shard, domain));
    if (tail === undefined) {
      const position = await read(readHead);
      this.tails.set(nameOf(shard, domain), { position });
      return () => undefined;
    }
    const events = await read((sql) => readEvents(sql, tail.position, PAGE));
    const last = events.at(-1);
    if (last === undefined) return () => undefined;
    const shown = events.filter(isOfFeed);
    const told = domain === 'content' ? await payloadsOf(this.deps, shown) : undefined;
    // At one go: whoever subscribes has seen the old position, or all of this.
    return () => {
      for (const event of shown)
        for (const subscription of this.subscriptions)
          if (told !== undefined)
            subscription.offer({ shard, event, data: told.get(event.id) ?? '{}' });
          else if (subscription.viewerId === event.actorId) subscription.offerFollow(event);
      tail.position = last.id;
    };
  }

  private async catchUp(subscription: Subscription): Promise<void> {
    const { document } = await this.deps.topology.current();
    const own = shardOf(document, logicalShardOf(subscription.viewerId));
    const social = this.seen(own.name, 'social');
    const { followed, head } = await this.notBehind(social, () =>
      this.deps.databases.read(own.location, 'social', (sql) =>
        readFollowed(sql, subscription.viewerId),
      ),
    );
    subscription.setFollowed(followed, head);
    const shards = Object.entries(document.shards).filter(([, location]) =>
      this.deps.databases.holds(location, 'content'),
    );
    for (const [shard, location] of shards) await this.catchUpWith(subscription, shard, location);
  }

  private async catchUpWith(
    subscription: Subscription,
    shard: string,
    location: ShardLocation,
  ): Promise<void> {
    const actors = [...subscription.followed];
    const seen = this.seen(shard, 'content');
    // Somebody new begins where this process is.
    if (subscription.position(shard) === undefined) subscription.moveTo(shard, seen);
    for (;;) {
      const after = subscription.position(shard) ?? seen;
      const { events } = await this.notBehind(seen, () =>
        this.deps.databases.read(location, 'content', (sql) =>
          readEventsOf(sql, actors, after, PAGE),
        ),
      );
      const told = await payloadsOf(this.deps, events);
      for (const event of events)
        subscription.tell({ shard, event, data: told.get(event.id) ?? '{}' });
      if (events.length < PAGE) return;
    }
  }

  private seen(shard: string, domain: Domain): Id {
    return this.tails.get(nameOf(shard, domain))?.position ?? '0';
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

function nameOf(shard: string, domain: Domain): string {
  return `${domain}.${shard}`;
}
