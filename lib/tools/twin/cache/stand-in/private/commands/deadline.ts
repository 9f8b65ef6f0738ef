import { Refusal } from '../reply';
import { MAX_INTEGER, MIN_INTEGER } from './command';

export type Unit = 'seconds' | 'milliseconds';

/**
 * When a key ends that is given so long, in milliseconds since the epoch.
 *
 * @param name of the command, for the error
 * @throws Refusal where the sum does not fit 64 bits
 */
export function deadline(name: string, amount: bigint, unit: Unit, now: number): number {
  const duration = unit === 'seconds' ? amount * 1000n : amount;
  if (duration < MIN_INTEGER || duration > MAX_INTEGER - BigInt(now)) invalidTime(name);
  return now + Number(duration);
}

export function invalidTime(name: string): never {
  throw new Refusal(`ERR invalid expire time in '${name}' command`);
}
