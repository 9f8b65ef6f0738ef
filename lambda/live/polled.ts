import { encodeCursor, type Positions } from './cursor';
import type { Message } from './subscription';

/** More events than these may lie between a cursor and now: the rest with the next poll. */
export const MOST_POLLED = 100;

/** What one poll is answered with, while it is being told. */
export class Polled {
  readonly events: unknown[] = [];
  /** Resolves when there is something to answer with, or nothing more to wait for. */
  readonly something: Promise<void>;
  private wake: () => void = () => undefined;
  private told: string;

  constructor(after: Positions | undefined) {
    this.told = after === undefined ? '' : encodeCursor(after);
    this.something = new Promise((resolve) => {
      this.wake = resolve;
    });
  }

  /** Where the next poll goes on: behind the last event that this one has. */
  get cursor(): string {
    return this.told;
  }

  readonly take = (message: Message): void => {
    if (message.kind === 'reconnect') this.wake();
    else if (message.kind === 'ready')
      this.told = this.events.length === 0 ? message.cursor : this.told;
    else if (this.events.length < MOST_POLLED) {
      this.events.push(JSON.parse(message.data));
      this.told = message.cursor;
      this.wake();
    }
  };
}
