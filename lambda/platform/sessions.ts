import { randomBytes } from 'node:crypto';
import type { Table } from './dynamodb';
import type { Id } from './ids';
import { decodeToken, encodeToken, type Token } from './token';

/** 30 days. */
const LIFETIME_SECONDS = 30 * 24 * 3_600;
/**
 * Global tables replicate asynchronously, usually within a second: a session made in another Region
 * is believed by its signature alone for this long.
 */
export const REPLICATION_WINDOW_MS = 10_000;

/**
 * Sessions in this Region's replica of the global table: partition key `sid`, with `userId`,
 * `createdAt`, `expiresAt` (epoch seconds, the table's TTL attribute) and, once revoked, `revoked`.
 */
export class Sessions {
  constructor(
    private readonly table: Pick<Table, 'get' | 'put'>,
    private readonly secret: () => Promise<string>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Starts a session and returns its token. */
  async start(userId: Id): Promise<string> {
    const issuedAt = this.now();
    const sid = randomBytes(16).toString('base64url');
    const createdAt = Math.floor(issuedAt / 1_000);
    await this.table.put({ sid, userId, createdAt, expiresAt: createdAt + LIFETIME_SECONDS });
    return encodeToken({ userId, sid, issuedAt }, await this.secret());
  }

  /**
   * The token of a live session, else `undefined`.
   *
   * @param vouched a peer has seen the session in its own Region and signed for the request, so
   * that a session which has not arrived here yet is no reason to refuse; a revoked one is
   */
  async verify(text: string, vouched: boolean): Promise<Token | undefined> {
    const token = decodeToken(text, await this.secret());
    if (token === undefined) return undefined;
    const age = this.now() - token.issuedAt;
    if (age >= LIFETIME_SECONDS * 1_000) return undefined;
    const item = await this.table.get({ sid: token.sid }, { consistent: false });
    if (item === undefined)
      return vouched || Math.abs(age) < REPLICATION_WINDOW_MS ? token : undefined;
    const live =
      item.revoked === undefined &&
      item.userId === token.userId &&
      Number(item.expiresAt) * 1_000 > this.now();
    return live ? token : undefined;
  }

  /** Throws where the table cannot be read. */
  async probe(): Promise<void> {
    await this.table.get({ sid: 'readiness' }, { consistent: false });
  }
}
