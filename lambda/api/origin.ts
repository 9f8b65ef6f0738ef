import { createHash, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../platform/errors';

/** Where the CDN and the peers show that they are who they are. */
export const ORIGIN_HEADER = 'x-origin-verify';

/**
 * Refuses whoever does not know the origin secret. Load balancers that read requests do so themselves;
 * behind those that hand over connections a server has to.
 *
 * @throws RequestError 403
 */
export async function demandOrigin(
  given: string | undefined,
  secret: () => Promise<string>,
): Promise<void> {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (given !== undefined && timingSafeEqual(digest(given), digest(await secret()))) return;
  throw new RequestError(403, { origin: ['only by way of the CDN'] });
}
