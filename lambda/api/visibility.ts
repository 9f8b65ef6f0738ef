/** Whether what was written can be read in this Region yet. */
export type Freshness = 'visible' | 'pending';

/** A write's answer waits no longer than this for the Region's own copies. */
export const LONGEST_WAIT_MS = 3_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/**
 * Looks until the Region's readers show what was written. The write has been done by now, so that
 * a reader that fails makes the answer `pending`, never an error.
 */
export async function waitUntilVisible(
  isVisible: () => Promise<boolean>,
  longestMs = LONGEST_WAIT_MS,
): Promise<Freshness> {
  const deadline = Date.now() + longestMs;
  const expiry = new Promise<false>((resolve) => setTimeout(resolve, longestMs, false).unref());
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    if (await Promise.race([isVisible().catch(() => false), expiry])) return 'visible';
    if (Date.now() + pause > deadline) return 'pending';
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
