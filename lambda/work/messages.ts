import type { EventKind } from '../data/events';
import type { Id } from '../platform/ids';

/** The trace that a message came about in, where that was traced. */
export interface Traced {
  readonly trace?: string;
}

/** An event of a log, as the relay sends it to the queue of the Region that writes the log. */
export interface EventMessage extends Traced {
  readonly type: 'event';
  /** The log: `content.s0`. */
  readonly source: string;
  readonly id: Id;
  readonly kind: EventKind;
  readonly actorId: Id;
  readonly subjectId: Id;
}

/** Somebody is to be told of an event, of which they could not be told before. */
export interface NotifyMessage extends Traced {
  readonly type: 'notify';
  readonly event: EventMessage;
}

/** What follows from an event for another shard; it goes to the queue of the Region that writes it. */
export type DerivedMessage = Traced & Derived;

type Derived =
  /** For the shard of whoever is followed. */
  | {
      readonly type: 'follower';
      readonly followedId: Id;
      readonly followerId: Id;
      readonly on: boolean;
    }
  /** For the shard of the follower: what the followed has written. */
  | {
      readonly type: 'fill';
      readonly followedId: Id;
      readonly followerId: Id;
      readonly articleIds: readonly Id[];
    }
  /** For a shard of followers: an article came or went. */
  | {
      readonly type: 'fan';
      readonly authorId: Id;
      readonly articleId: Id;
      readonly followerIds: readonly Id[];
      readonly on: boolean;
    };

/** The lists of everybody's articles are to follow a shard: for the Region that writes them. */
export interface FollowMessage extends Traced {
  readonly type: 'follow';
  readonly shard: string;
}

export type WorkMessage = EventMessage | NotifyMessage | FollowMessage | DerivedMessage;

/** What came with a message: its group, and an id from which those of derived messages are made. */
export interface Envelope extends Traced {
  readonly group: string;
  readonly id: string;
}

/** What a message bears of a trace: nothing where there is none. */
export function tracedBy(trace: string | null | undefined): Traced {
  return trace === undefined || trace === null ? {} : { trace };
}

/** Whose shard a derived message is for. */
export function targetOf(message: DerivedMessage): Id {
  if (message.type === 'follower') return message.followedId;
  if (message.type === 'fill') return message.followerId;
  return message.followerIds[0] ?? message.authorId;
}

/** @throws Error for what is no message of ours: it ends in the dead-letter queue */
export function parseMessage(text: string): WorkMessage {
  const value = JSON.parse(text) as Partial<WorkMessage> | null;
  const known =
    value?.type === 'notify'
      ? value.event?.type === 'event' && isWhole(value.event)
      : isWhole(value);
  if (!known) throw new Error('the message is none of ours');
  return value as WorkMessage;
}

function isWhole(value: Partial<WorkMessage> | null): boolean {
  const fields = value?.type === undefined ? undefined : FIELDS[value.type];
  return fields?.every((field) => isField((value as Record<string, unknown>)[field])) === true;
}

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  event: ['source', 'id', 'kind', 'actorId', 'subjectId'],
  follower: ['followedId', 'followerId', 'on'],
  fill: ['followedId', 'followerId', 'articleIds'],
  follow: ['shard'],
  fan: ['authorId', 'articleId', 'followerIds', 'on'],
};

function isField(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => /^\d{1,19}$/.test(String(one)));
  return typeof value === 'boolean' || (typeof value === 'string' && value !== '');
}
