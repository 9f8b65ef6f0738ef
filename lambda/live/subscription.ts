import type { LoggedEvent } from '../data/events';
import type { Id } from '../platform/ids';
import { encodeCursor, isAfter } from './cursor';

/** What a connection is told. */
export type Message =
  | {
      readonly kind: 'event' | 'ready';
      /** Where to resume: what was told up to here is not told again. */
      readonly cursor: string;
      /** JSON. */
      readonly data: string;
    }
  | {
      /** The server is about to end: come again after so many milliseconds. */
      readonly kind: 'reconnect';
      readonly afterMs: number;
    };

export type Listener = (message: Message) => void;

/** An event as all are told it; made once, however many listen. */
export interface Told {
  readonly shard: string;
  readonly event: LoggedEvent;
  readonly data: string;
}

/**
 * One connection's place in the logs. While it catches up, what happens meanwhile waits; an event is
 * told when it lies beyond the position of its shard, so that none is told twice and none is left out.
 */
export class Subscription {
  readonly followed = new Set<Id>();
  /** Shards of which nothing is told until they have been caught up with. */
  readonly left = new Set<string>();
  private readonly positions: Map<string, Id>;
  private readonly waiting: Told[] = [];
  private readonly waitingFollows: LoggedEvent[] = [];
  private catchingUp = true;
  private closed = false;

  constructor(
    readonly viewerId: Id,
    positions: ReadonlyMap<string, Id>,
    private readonly listener: Listener,
    private readonly onClose: (subscription: Subscription) => void,
  ) {
    this.positions = new Map(positions);
  }

  position(shard: string): Id | undefined {
    return this.positions.get(shard);
  }

  /** Where a shard's log begins for this connection, or how far it has been looked through. */
  moveTo(shard: string, id: Id): void {
    const now = this.positions.get(shard);
    if (now === undefined || isAfter(id, now)) this.positions.set(shard, id);
  }

  /** From the log's tail. */
  offer(told: Told): void {
    if (this.left.has(told.shard)) return;
    if (this.catchingUp) this.waiting.push(told);
    else if (this.followed.has(told.event.actorId)) this.tell(told);
  }

  /** Its position stays, so that whoever comes again elsewhere is told from there. */
  leaveFor(shard: string): void {
    this.left.add(shard);
  }

  takeUp(shard: string): void {
    this.left.delete(shard);
  }

  /** What the viewer has followed or left, from the log's tail. */
  offerFollow(event: LoggedEvent): void {
    if (this.catchingUp) this.waitingFollows.push(event);
    else this.follow(event);
  }

  /** Whom the viewer follows as of `head` of their log. */
  setFollowed(followed: readonly Id[], head: Id): void {
    for (const id of followed) this.followed.add(id);
    for (const event of this.waitingFollows.splice(0))
      if (isAfter(event.id, head)) this.follow(event);
  }

  tell({ shard, event, data }: Told): void {
    const now = this.positions.get(shard);
    if (this.closed || (now !== undefined && !isAfter(event.id, now))) return;
    this.positions.set(shard, event.id);
    this.listener({ kind: 'event', cursor: encodeCursor(this.positions), data });
  }

  /** Caught up: from now on the tail tells. */
  goLive(ready: object): void {
    const data = JSON.stringify(ready);
    if (!this.closed) this.listener({ kind: 'ready', cursor: encodeCursor(this.positions), data });
    this.catchingUp = false;
    for (const event of this.waitingFollows.splice(0)) this.follow(event);
    for (const told of this.waiting.splice(0)) this.offer(told);
  }

  askToReconnect(afterMs: number): void {
    if (this.closed) return;
    this.listener({ kind: 'reconnect', afterMs });
    this.close();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.onClose(this);
  }

  private follow({ kind, subjectId }: LoggedEvent): void {
    if (kind === 'followed') this.followed.add(subjectId);
    if (kind === 'unfollowed') this.followed.delete(subjectId);
  }
}
