import type { Reply } from './reply';

/** Whoever may subscribe. */
export interface Subscriber {
  /** Is told a message that it did not ask for. */
  push(reply: Reply): void;
}

/** Who listens to which channel. */
export class Hub {
  private readonly channels = new Map<string, Set<Subscriber>>();

  public subscribe(channel: string, subscriber: Subscriber): void {
    const subscribers = this.channels.get(channel) ?? new Set();
    this.channels.set(channel, subscribers.add(subscriber));
  }

  public unsubscribe(channel: string, subscriber: Subscriber): void {
    const subscribers = this.channels.get(channel);
    subscribers?.delete(subscriber);
    if (subscribers?.size === 0) this.channels.delete(channel);
  }

  /** @returns how many were told */
  public publish(channel: string, message: Buffer): number {
    const subscribers = this.channels.get(channel) ?? [];
    let told = 0;
    for (const subscriber of subscribers) {
      subscriber.push([Buffer.from('message'), Buffer.from(channel, 'latin1'), message]);
      told += 1;
    }
    return told;
  }
}
