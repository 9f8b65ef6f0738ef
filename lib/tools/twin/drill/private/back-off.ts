import type { Outcome } from './client';
import { isOverload, retryAfterMs } from './client';

const FIRST_MS = 100;
const LAST_MS = 1_000;
/** Of refusals by a server that has enough to do: where everybody asks again each second, these alone fill it. */
const LAST_OVERLOAD_MS = 8_000;

/** How long a client waits before it sends a write again: twice as long each time, up to a limit. */
export class BackOff {
  private nextMs = FIRST_MS;
  private overloads = 0;

  /** @param insistent asks again after what a server asks for, however often it was refused */
  public constructor(private readonly insistent = false) {}

  /** @returns milliseconds, to which the client adds some chance */
  public after(outcome: Outcome): number {
    const ownMs = this.nextMs;
    this.nextMs = Math.min(ownMs * 2, LAST_MS);
    const askedMs = isOverload(outcome) ? (retryAfterMs(outcome) ?? 0) : 0;
    if (askedMs === 0) return ownMs;
    if (this.insistent) return Math.max(ownMs, askedMs);
    this.overloads += 1;
    return Math.max(ownMs, Math.min(askedMs * 2 ** (this.overloads - 1), LAST_OVERLOAD_MS));
  }
}
