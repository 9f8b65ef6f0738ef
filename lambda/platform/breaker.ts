/** First pause after a failure; it doubles with each failed attempt up to the longest. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Keeps requests from a dependency that fails, so that only the first one waits for it. After a pause
 * one attempt is let through; while that one is under way, the others still are not.
 */
export class Breaker {
  private pauseMs = 0;
  private notBefore = 0;
  private probing = false;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly random: () => number = Math.random,
    private readonly longestPauseMs = LONGEST_PAUSE_MS,
  ) {}

  get open(): boolean {
    return this.pauseMs > 0;
  }

  /** Whether an attempt may be made; it must be followed by `succeeded`, `failed` or `untold`. */
  admit(): boolean {
    if (!this.open) return true;
    if (this.probing || this.now() < this.notBefore) return false;
    this.probing = true;
    return true;
  }

  succeeded(): void {
    this.pauseMs = 0;
    this.probing = false;
  }

  /** The attempt has not been made after all: the next one may be. */
  untold(): void {
    this.probing = false;
  }

  /** Of many attempts that were under way together, the first one counts. */
  failed(): void {
    if (this.open && !this.probing) return;
    this.probing = false;
    this.pauseMs = Math.min(this.pauseMs * 2 || FIRST_PAUSE_MS, this.longestPauseMs);
    // Not all servers of a Region at the same moment.
    this.notBefore = this.now() + this.pauseMs * (0.75 + this.random() / 2);
  }
}
