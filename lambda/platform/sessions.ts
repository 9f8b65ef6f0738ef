import { randomBytes } from 'node:crypto';
import type { CacheAside, CacheEntry } from './cache-aside';
import type { Item, Table } from './dynamodb';
import type { Id } from './ids';
import type { SigningKeys } from './signing-keys';
import { decodeToken, encodeToken, type Token } from './token';

/** 30 days. */
const LIFETIME_SECONDS = 30 * 24 * 3_600;
/**
 * Global tables replicate asynchronously, usually within a second: a session made in another Region
 * is believed by its signature alone for this long.
 */
export const REPLICATION_WINDOW_MS = 10_000;
/** How long another Region's revocation may go unnoticed once it has been replicated. */
const CACHE_TTL_MS = 5_000;

/**
 * Sessions in this Region's replica of the global table: partition key `sid`, with `userId`,
 * `createdAt`, `expiresAt` (epoch seconds, the table's TTL attribute) and, once revoked, `revoked`.
 * Live ones are in the Region's cache as well, from their start on.
 */
export class Sessions {
  constructor(
    private readonly table: Pick<Table, 'get' | 'put'>,
    private readonly cache: Pick<CacheAside, 'read' | 'store' | 'invalidate'>,
    private readonly keys: () => Promise<SigningKeys>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Starts a session and returns its token. */
  async start(userId: Id): Promise<string> {
    const issuedAt = this.now();
    const token = { userId, sid: randomBytes(16).toString('base64url'), issuedAt };
    const item = itemOf(token);
    await this.table.put(item);
    await this.cache.store(entryOf(token), JSON.stringify(item));
    return encodeToken(token, (await this.keys()).current);
  }

  /**
   * The token of a live session, else `undefined`.
   *
   * @param vouched a peer has seen the session in its own Region and signed for the request, so
   * that a session which has not arrived here yet is no reason to refuse; a revoked one is
   */
  async verify(text: string, vouched: boolean): Promise<Token | undefined> {
    const token = decodeToken(text, await this.keys());
    if (token === undefined) return undefined;
    const age = this.now() - token.issuedAt;
    if (age >= LIFETIME_SECONDS * 1_000) return undefined;
    const item = await this.find(token);
    if (item === undefined)
      return vouched || Math.abs(age) < REPLICATION_WINDOW_MS ? token : undefined;
    const live =
      item.revoked === undefined &&
      item.userId === token.userId &&
      Number(item.expiresAt) * 1_000 > this.now();
    return live ? token : undefined;
  }

  /** Ends a session: in this Region at once, in the others as soon as they have heard of it. */
  async revoke(token: Token): Promise<void> {
    await this.table.put({ ...itemOf(token), revoked: Math.floor(this.now() / 1_000) });
    await this.cache.invalidate([entryOf(token).scope]);
  }

  /** Throws where the table cannot be read. */
  async probe(): Promise<void> {
    await this.table.get({ sid: 'readiness' }, { consistent: false });
  }

  private async find(token: Token): Promise<Item | undefined> {
    const { text } = await this.cache.read(entryOf(token), async () => {
      const item = await this.table.get({ sid: token.sid }, { consistent: true });
      return item && JSON.stringify(item);
    });
    return text === undefined ? undefined : (JSON.parse(text) as Item);
  }
}

function itemOf({ userId, sid, issuedAt }: Token): Item {
  const createdAt = Math.floor(issuedAt / 1_000);
  return { sid, userId, createdAt, expiresAt: createdAt + LIFETIME_SECONDS };
}

/** One that is not there may be on its way: that is not remembered. */
function entryOf({ sid }: Token): CacheEntry {
  return { scope: `session:${sid}`, name: 'item', ttlMs: CACHE_TTL_MS, negativeTtlMs: 0 };
}
