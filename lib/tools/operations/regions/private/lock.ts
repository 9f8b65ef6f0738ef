import { randomBytes } from 'node:crypto';
import { FailoverRefused } from '../../failover';
import type { Estate, Holder } from '../model';

/** A command that ended without a word is forgotten after so long, in milliseconds. */
const HELD_MS = 30_000;
const RENEW_MS = 10_000;

/**
 * Does what no two people should do at once. What makes it safe is not this lock but the document's
 * epochs: should a lock run out while its holder still works, both go on step by step by
 * compare-and-set. The lock keeps people from being surprised by each other.
 *
 * @throws FailoverRefused where another command is at work
 */
export async function alone<T>(
  { control }: Estate,
  operation: string,
  work: () => Promise<T>,
): Promise<T> {
  const id = randomBytes(6).toString('hex');
  const hold = (): Promise<Holder> => {
    const now = Date.now();
    return control.hold({ operation, id, until: now + HELD_MS }, now);
  };
  const holder = await hold();
  if (holder.id !== id) {
    throw new FailoverRefused(
      `another command is at work: ${holder.operation}, until ${new Date(holder.until).toISOString()}`,
      'wait for its end; if it was killed, run this again after that time',
    );
  }
  const renewing = setInterval(() => void hold().catch(() => undefined), RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(renewing);
    await control.release(id).catch(() => undefined);
  }
}
