import { setTimeout as sleep } from 'node:timers/promises';
import type { Written } from './writes';
import { itemId } from './writes';

/** Most items that may wait for one peer; further ones are dropped and counted. */
export const OUTBOX_LIMIT = 100_000;
const BATCH = 25;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

interface Waiting {
  readonly written: Written;
  readonly since: number;
}

/**
 * Changes for one peer. It holds which items changed, not what they were: the state sent is the one
 * at sending, so changes of one item arrive in order and many changes of one item cost one message.
 */
export class Outbox {
  public dropped = 0;
  private waiting = new Map<string, Waiting>();
  private running = false;
  private closed = false;
  private readonly abort = new AbortController();

  /** @param send delivers the present state of the items; throws where the peer is away */
  public constructor(
    private readonly send: (items: readonly Written[]) => Promise<void>,
    private readonly limit = OUTBOX_LIMIT,
  ) {}

  public add(written: Written): void {
    const id = itemId(written);
    if (!this.waiting.has(id) && this.waiting.size >= this.limit) {
      this.dropped += 1;
      return;
    }
    const since = this.waiting.get(id)?.since ?? Date.now();
    // A fresh entry, so that a change made while the item is being sent is not forgotten.
    this.waiting.set(id, { written, since });
    void this.run();
  }

  public get size(): number {
    return this.waiting.size;
  }

  /** Age of the oldest waiting change in milliseconds; 0 where none waits. */
  public get oldestMs(): number {
    const first = this.waiting.values().next().value;
    return first === undefined ? 0 : Date.now() - first.since;
  }

  public close(): void {
    this.closed = true;
    this.abort.abort();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let retryMs = FIRST_RETRY_MS;
    while (!this.closed && this.waiting.size > 0) {
      const batch = [...this.waiting].slice(0, BATCH);
      try {
        await this.send(batch.map(([, { written }]) => written));
        retryMs = FIRST_RETRY_MS;
        for (const [id, sent] of batch) {
          if (this.waiting.get(id) === sent) this.waiting.delete(id);
        }
      } catch {
        await sleep(retryMs, undefined, { signal: this.abort.signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
    this.running = false;
  }
}
