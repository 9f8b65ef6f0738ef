import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 15;

/** Whether the condition holds before the time is over, or before somebody ends the drill. */
export async function until(
  timeoutMs: number,
  condition: () => boolean | Promise<boolean>,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (signal?.aborted === true) return false;
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await sleep(LOOK_MS);
  }
}
