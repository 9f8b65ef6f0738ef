import { setTimeout as sleep } from 'node:timers/promises';

/** A part of the twin that cannot be started; the message says which and why. */
export class StartError extends Error {
  public override readonly name = 'StartError';
}

/**
 * Asks again and again until the answer is not undefined.
 *
 * @param what what is waited for, for the message
 * @param timeoutMs the longest wait, in milliseconds
 * @throws StartError naming `what` when the time is over
 */
export async function waitFor<T>(
  what: string,
  timeoutMs: number,
  ask: () => T | undefined | Promise<T | undefined>,
  intervalMs = 20,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() >= deadline) throw new StartError(`${what}: not within ${timeoutMs / 1000} s`);
    await sleep(intervalMs);
  }
}

/** Resolves to `undefined` when `promise` takes longer than `timeoutMs` milliseconds. */
export async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  const abort = new AbortController();
  try {
    return await Promise.race([
      promise,
      sleep(timeoutMs, undefined, { signal: abort.signal }).catch(() => undefined),
    ]);
  } finally {
    abort.abort();
  }
}
