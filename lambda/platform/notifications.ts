import type { Item, Table } from './dynamodb';
import { Guard } from './guard';
import { decodeId, encodeId, eventIdAt, type Id, timeOfEvent } from './ids';

/** What somebody is told of. */
export type NotificationKind = 'followed' | 'favorited' | 'commented';

export interface Notification {
  readonly recipientId: Id;
  readonly kind: NotificationKind;
  /** Who did it. */
  readonly actorId: Id;
  /** To which article, where it is about one. */
  readonly articleId?: Id;
  /** The log that has the event, `content.s0`, and its id there, which begins with the time. */
  readonly source: string;
  readonly eventId: Id;
}

export interface Told extends Notification {
  /** What it is asked for by, and what comes before it. */
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly read: boolean;
}

export interface NotificationPage {
  /** Newest first. */
  readonly notifications: readonly Told[];
  /** Counted up to {@link MOST_COUNTED}, which stands for "or more". */
  readonly unreadCount: number;
}

/** The port: three things that are done with notifications, and nothing of how they are kept. */
export interface Notifications {
  /** May be repeated: the same event is one notification. */
  record(notification: Notification): Promise<void>;
  list(
    recipientId: Id,
    page: { readonly before?: string; readonly limit: number },
  ): Promise<NotificationPage>;
  /** Up to one and with it, else all there are. @returns how many are left unread */
  markRead(recipientId: Id, upTo?: string): Promise<number>;
}

export const RETENTION_DAYS = 90;
export const MOST_COUNTED = 100;

const DAY_MS = 24 * 3_600_000;
/** Sorts before notifications, which begin with a digit. */
const MARK = '!read#';
/** Sorts behind everything that begins with a digit. */
const END = ':';
/** Of a 63-bit number. */
const DIGITS = 19;

/**
 * Wide-column: one partition is one recipient's, its items in order of time, so that a page is one range
 * and costs the same however many there are. The sort key is the event, by which a repetition writes the
 * same item. How far somebody has read is one item for each Region, written by that Region alone; the
 * furthest counts, so that Regions that write at once lose nothing.
 */
export class NotificationTable implements Notifications {
  private readonly guard = new Guard('notifications');

  constructor(
    private readonly table: Pick<Table, 'put' | 'update' | 'query' | 'count'>,
    private readonly region: string,
    private readonly now: () => number = Date.now,
  ) {}

  async record({ recipientId, articleId, eventId, source, ...rest }: Notification): Promise<void> {
    const item = {
      userId: recipientId,
      at: sortKeyOf(eventId, source),
      ...rest,
      ...(articleId !== undefined && { articleId }),
      expiresAt: Math.floor((timeOfEvent(eventId) + RETENTION_DAYS * DAY_MS) / 1_000),
    };
    await this.guard.run(() => this.table.put(item));
  }

  async list(
    recipientId: Id,
    { before, limit }: { readonly before?: string; readonly limit: number },
  ): Promise<NotificationPage> {
    const top = (before === undefined ? undefined : keyOf(before)) ?? END;
    const [items, readUpTo] = await this.guard.run(() =>
      Promise.all([
        // One more: bounds are inclusive.
        this.table.query({ ...this.range(recipientId, this.oldest(), top), limit: limit + 1 }),
        this.readUpTo(recipientId),
      ]),
    );
    const unreadCount = await this.guard.run(() => this.unread(recipientId, readUpTo));
    const shown = items.filter(({ at }) => String(at) < top).slice(0, limit);
    return { unreadCount, notifications: shown.map((item) => toTold(item, readUpTo)) };
  }

  async markRead(recipientId: Id, upTo?: string): Promise<number> {
    return await this.guard.run(async () => {
      const [newest] = await this.table.query({
        ...this.range(recipientId, this.oldest(), END),
        limit: 1,
      });
      if (newest === undefined) return 0;
      const named = upTo === undefined ? undefined : keyOf(upTo);
      const all = String(newest.at);
      // Nothing that is yet to come is read already.
      await this.mark(recipientId, named !== undefined && named < all ? named : all);
      return await this.unread(recipientId, await this.readUpTo(recipientId));
    });
  }

  /** Only forwards; an older mark of another device changes nothing. */
  private async mark(userId: Id, upTo: string): Promise<void> {
    const expiresAt = Math.floor((this.now() + RETENTION_DAYS * DAY_MS) / 1_000);
    await this.table.update(
      { userId, at: MARK + this.region },
      'SET upTo = :upTo, expiresAt = :expiresAt',
      {
        expression: 'attribute_not_exists(upTo) OR upTo < :upTo',
        values: { ':upTo': upTo, ':expiresAt': expiresAt },
      },
    );
  }

  private async readUpTo(userId: Id): Promise<string> {
    const marks = await this.table.query(this.range(userId, MARK, `${MARK}~`));
    return marks.map(({ upTo }) => String(upTo)).reduce((a, b) => (a > b ? a : b), '');
  }

  private async unread(userId: Id, readUpTo: string): Promise<number> {
    // Behind the mark itself: nothing follows a key but what is greater.
    const from = [`${readUpTo} `, this.oldest()].sort().at(-1) ?? '';
    return await this.table.count({ ...this.range(userId, from, END), limit: MOST_COUNTED });
  }

  private range(userId: Id, from: string, to: string) {
    return {
      partition: ['userId', userId],
      sort: ['at', from, to],
      newestFirst: true,
    } as const;
  }

  /** What has expired may be there for days more. */
  private oldest(): string {
    const id = eventIdAt(this.now() - RETENTION_DAYS * DAY_MS);
    return id.toString().padStart(DIGITS, '0');
  }
}

function toTold({ at, userId, kind, actorId, articleId }: Item, readUpTo: string): Told {
  const [digits = '', source = ''] = String(at).split('#');
  const eventId = BigInt(digits).toString();
  return {
    id: `${encodeId(eventId)}-${source}`,
    recipientId: String(userId),
    kind: String(kind) as NotificationKind,
    actorId: String(actorId),
    ...(articleId !== undefined && { articleId: String(articleId) }),
    ...{ source, eventId },
    createdAt: new Date(timeOfEvent(eventId)).toISOString(),
    read: String(at) <= readUpTo,
  };
}

function sortKeyOf(eventId: Id, source: string): string {
  return `${eventId.padStart(DIGITS, '0')}#${source}`;
}

/** The sort key of a notification's id; `undefined` for a text that is none. */
export function keyOf(id: string): string | undefined {
  const [, text = '', source] = /^([0-9a-z]{13})-([a-z]{1,20}\.[a-z0-9-]{1,20})$/.exec(id) ?? [];
  const eventId = decodeId(text);
  return source === undefined || eventId === undefined ? undefined : sortKeyOf(eventId, source);
}
