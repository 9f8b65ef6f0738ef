import { NO_CACHE } from '../../../lambda/platform/cache';
import { emailKey } from '../../../lambda/platform/directory';
import {
  LOGINS,
  type RateLimit,
  RateLimiter,
  UPLOADS,
  WRITES,
} from '../../../lambda/platform/rate-limit';

/** Of a user, and of a mail address at logins, all that may be done in the minute of `nowMs` is done; it does not end. */
export async function usedUp(userId: string, address: string, nowMs = 0): Promise<RateLimiter> {
  const limiter = new RateLimiter(NO_CACHE, () => nowMs);
  const use = async (limit: RateLimit, who: string) => {
    for (let n = 0; n < limit.most; n += 1) await limiter.demand(limit, who);
  };
  for (const limit of [WRITES, UPLOADS]) await use(limit, userId);
  await use(LOGINS, emailKey(address));
  return limiter;
}
