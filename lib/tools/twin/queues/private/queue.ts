import { randomUUID } from 'node:crypto';
import type { QueueConfig, QueueDepth } from '..';
import type { Journal } from './journal';

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  readonly deduplicationId: string;
  readonly sentAt: number;
}

export interface Received extends Message {
  readonly receiptHandle: string;
  /** This time included. */
  readonly receiveCount: number;
}

interface Held extends Message {
  receiveCount: number;
  /** Epoch milliseconds. */
  hiddenUntil: number;
  receiptHandle: string | undefined;
}

/** SQS knows a FIFO message by its deduplication id for five minutes. */
const DEDUPLICATION_MS = 5 * 60_000;
/** What a queue holds at most, so that a consumer that is down does not fill the machine's memory. */
export const MOST_MESSAGES = 100_000;

/**
 * One queue with the semantics of SQS: visibility timeout, redrive, and for FIFO queues order within a
 * group, of which nothing more is given out while something of it is in flight, and deduplication.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class Queue {
  /** Of each group in order; a queue without groups has one for each message. */
  private readonly groups = new Map<string, Held[]>();
  private readonly seen = new Map<string, number>();
  private size = 0;

  public constructor(
    public readonly config: QueueConfig,
    private readonly journal: Journal,
    private readonly deadLetters: () => Queue | undefined,
    private readonly now: () => number = Date.now,
  ) {
    for (const message of journal.read()) this.hold(message);
  }

  /** The message's id; the same for one that was sent before. `undefined` where the queue is full. */
  public send(body: string, group?: string, deduplicationId?: string): string | undefined {
    this.forget();
    const id = randomUUID();
    if (this.config.fifo && deduplicationId !== undefined) {
      if (this.seen.has(deduplicationId)) return id;
      this.seen.set(deduplicationId, this.now() + DEDUPLICATION_MS);
    }
    if (this.size >= MOST_MESSAGES) return undefined;
    const key = { group: group ?? id, deduplicationId: deduplicationId ?? id };
    this.accept({ id, body, ...key, sentAt: this.now() });
    return id;
  }

  /** Up to `most` that are visible; each is hidden from then on. */
  public receive(most: number, visibilitySeconds = this.config.visibilitySeconds): Received[] {
    this.forget();
    const received: Received[] = [];
    const now = this.now();
    for (const group of [...this.groups.values()]) {
      if (received.length >= most) break;
      if (group.some(({ hiddenUntil }) => hiddenUntil > now)) continue;
      for (const message of [...group]) {
        if (received.length >= most) break;
        if (this.redriven(message)) continue;
        message.receiveCount += 1;
        message.hiddenUntil = now + visibilitySeconds * 1_000;
        message.receiptHandle = randomUUID();
        received.push({ ...message, receiptHandle: message.receiptHandle });
      }
    }
    return received;
  }

  public delete(receiptHandle: string): void {
    const message = this.find(receiptHandle);
    if (message !== undefined) this.remove(message);
  }

  /** Whether the handle is that of a message in flight. */
  public changeVisibility(receiptHandle: string, seconds: number): boolean {
    const message = this.find(receiptHandle);
    if (message === undefined) return false;
    message.hiddenUntil = this.now() + seconds * 1_000;
    return true;
  }

  public depth(): QueueDepth {
    const now = this.now();
    let inFlight = 0;
    let oldest = now;
    for (const message of [...this.groups.values()].flat()) {
      if (message.hiddenUntil > now) inFlight += 1;
      oldest = Math.min(oldest, message.sentAt);
    }
    return { visible: this.size - inFlight, inFlight, ageMs: now - oldest };
  }

  /** Takes a message in as it is, from a queue whose dead letters these are. */
  public accept(message: Message): void {
    this.journal.added(message);
    this.hold(message);
  }

  private hold(message: Message): void {
    const held: Held = { ...message, receiveCount: 0, hiddenUntil: 0, receiptHandle: undefined };
    const group = this.groups.get(message.group);
    if (group === undefined) this.groups.set(message.group, [held]);
    else group.push(held);
    this.size += 1;
  }

  private redriven(message: Held): boolean {
    const { redrive } = this.config;
    if (redrive === undefined || message.receiveCount < redrive.maxReceives) return false;
    const { id, body, group, deduplicationId, sentAt } = message;
    this.deadLetters()?.accept({ id, body, group, deduplicationId, sentAt });
    this.remove(message);
    return true;
  }

  private find(receiptHandle: string): Held | undefined {
    return [...this.groups.values()].flat().find((one) => one.receiptHandle === receiptHandle);
  }

  private remove(message: Held): void {
    const group = this.groups.get(message.group) ?? [];
    const left = group.filter((one) => one !== message);
    if (left.length === 0) this.groups.delete(message.group);
    else this.groups.set(message.group, left);
    this.size -= 1;
    this.journal.removed(message.id, this.size === 0);
  }

  /** What is older than the queue keeps it, and ids that count no more. */
  private forget(): void {
    const now = this.now();
    for (const [id, until] of this.seen) {
      if (until > now) break;
      this.seen.delete(id);
    }
    const oldest = now - this.config.retentionSeconds * 1_000;
    const [first] = this.groups.values();
    for (const message of first ?? []) if (message.sentAt < oldest) this.remove(message);
  }
}
