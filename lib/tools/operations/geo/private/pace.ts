import { setTimeout as sleep } from 'node:timers/promises';

/** Lets so many pass a second, one after the other. */
export class Pace {
  private next = 0;
  private readonly gapMs: number;

  public constructor(perSecond: number) {
    this.gapMs = 1000 / perSecond;
  }

  /** Resolves when it is one's turn. */
  public async turn(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.next);
    this.next = at + this.gapMs;
    if (at > now) await sleep(at - now);
  }
}
