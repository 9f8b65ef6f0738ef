import { randomBytes } from 'node:crypto';
import type { CacheAside, CacheEntry } from './cache-aside';
import type { Item, Table } from './dynamodb';
import type { Id } from './ids';
import { readSessionIds, rememberSession } from './session-index';
import type { SigningKeys } from './signing-keys';
import { startStopwatch } from './stopwatch';
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
/** Between two attempts to tell a cache that does not answer. */
const FORGET_PAUSE_MS = 250;
/** More than these of one user are not listed. */
const MOST_LISTED = 100;

/** A live session, as its user is shown it. */
export interface SessionSummary {
  readonly id: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly expiresAt: string;
  /** Where it was started; unknown for sessions of old. */
  readonly region: string | null;
  /** What the client called itself. */
  readonly agent: string | null;
}

export interface SessionsOptions {
  readonly region: string;
  /** All that serve, this one included. */
  readonly regions: readonly string[];
  readonly keys: () => Promise<SigningKeys>;
  readonly now?: () => number;
}

/**
 * Sessions in this Region's replica of the global table: partition key `sid`, with `userId`,
 * `createdAt`, `expiresAt` (epoch seconds, the table's TTL attribute) and, once revoked, `revoked`.
 * Live ones are in the Region's cache as well, from their start on. The item `user#ID` says since when
 * a user's other sessions count no more; `user#ID#REGION` which ones were started there.
 */
export class Sessions {
  private readonly now: () => number;

  constructor(
    private readonly table: Pick<Table, 'get' | 'put' | 'update'>,
    private readonly cache: Pick<CacheAside, 'readAll' | 'store' | 'invalidate'>,
    private readonly options: SessionsOptions,
  ) {
    this.now = options.now ?? Date.now;
  }

  /** Starts a session and returns its token. */
  async start(userId: Id, agent = ''): Promise<string> {
    const issuedAt = this.now();
    const token = { userId, sid: randomBytes(16).toString('base64url'), issuedAt };
    const { region } = this.options;
    const item = { ...itemOf(token), region, agent: agent.slice(0, 200) };
    await this.table.put(item);
    await rememberSession(this.table, region, item);
    await this.cache.store(sessionEntry(token.sid), JSON.stringify(item));
    // The first request after a login asks for it.
    await this.find(token);
    return encodeToken(token, (await this.options.keys()).current);
  }

  /**
   * The token of a live session, else `undefined`.
   *
   * @param vouched a peer has seen the session in its own Region and signed for the request, so
   * that a session which has not arrived here yet is no reason to refuse; a revoked one is
   */
  async verify(text: string, vouched: boolean): Promise<Token | undefined> {
    const token = decodeToken(text, await this.options.keys());
    if (token === undefined) return undefined;
    const age = this.now() - token.issuedAt;
    if (age >= LIFETIME_SECONDS * 1_000) return undefined;
    const [item, marker] = await this.find(token);
    if (marker !== undefined && !survives(token, marker)) return undefined;
    if (item === undefined)
      return vouched || Math.abs(age) < REPLICATION_WINDOW_MS ? token : undefined;
    return this.isLive(item) && item.userId === token.userId ? token : undefined;
  }

  /** Ends a session: in this Region at once, in the others as soon as they have heard of it. */
  async revoke(token: Token): Promise<void> {
    await this.table.put({ ...itemOf(token), revoked: this.seconds() });
    await this.forget(sessionEntry(token.sid));
  }

  /** Ends all of the user's sessions but this one. */
  async revokeOthers({ userId, sid }: Token): Promise<void> {
    await this.table.put({
      sid: markerKey(userId),
      validAfter: this.now(),
      keep: sid,
      expiresAt: this.seconds() + LIFETIME_SECONDS,
    });
    await this.forget(markerEntry(userId));
  }

  /** The user's live sessions, newest first. */
  async list(userId: Id): Promise<readonly SessionSummary[]> {
    const sids = await readSessionIds(this.table, this.options.regions, userId);
    const newest = sids.slice(0, MOST_LISTED);
    const [marker, ...items] = await Promise.all([
      this.table.get({ sid: markerKey(userId) }, { consistent: true }),
      ...newest.map((sid) => this.table.get({ sid }, { consistent: true })),
    ]);
    return items.flatMap((item) => {
      if (item?.userId !== userId || !this.isLive(item)) return [];
      const issuedAt = Number(item.issuedAt ?? Number(item.createdAt) * 1_000);
      const sid = String(item.sid);
      if (marker !== undefined && !survives({ sid, issuedAt }, marker)) return [];
      return [toSummary(item)];
    });
  }

  /** Ends one of the user's sessions; whether it was one. */
  async revokeById(userId: Id, sid: string): Promise<boolean> {
    if (!/^[\w-]{22}$/.test(sid)) return false;
    const item = await this.table.get({ sid }, { consistent: true });
    if (item?.userId !== userId || !this.isLive(item)) return false;
    await this.table.put({ ...item, revoked: this.seconds() });
    await this.forget(sessionEntry(sid));
    return true;
  }

  /** Throws where the table cannot be read. */
  async probe(): Promise<void> {
    await this.table.get({ sid: 'readiness' }, { consistent: false });
  }

  private async find({ sid, userId }: Token): Promise<readonly (Item | undefined)[]> {
    const keys = [sid, markerKey(userId)];
    const texts = await this.cache.readAll(
      keys,
      (key) => (key === sid ? sessionEntry(sid) : markerEntry(userId)),
      async (missing) => {
        const items = await Promise.all(
          missing.map((key) => this.table.get({ sid: key }, { consistent: true })),
        );
        const found = items.flatMap((item) => (item === undefined ? [] : [item]));
        return new Map(found.map((item) => [String(item.sid), JSON.stringify(item)]));
      },
    );
    return keys.map((key) => {
      const text = texts.get(key);
      return text === undefined ? undefined : (JSON.parse(text) as Item);
    });
  }

  /** Until the cache has taken note, or what other servers have of it has run out by itself. */
  private async forget({ scope }: CacheEntry): Promise<void> {
    const elapsed = startStopwatch();
    while (!(await this.cache.invalidate([scope])) && elapsed() < CACHE_TTL_MS)
      await new Promise((resolve) => setTimeout(resolve, FORGET_PAUSE_MS));
  }

  private isLive(item: Item): boolean {
    return item.revoked === undefined && Number(item.expiresAt) * 1_000 > this.now();
  }

  private seconds(): number {
    return Math.floor(this.now() / 1_000);
  }
}

function survives({ sid, issuedAt }: Pick<Token, 'sid' | 'issuedAt'>, marker: Item): boolean {
  return sid === marker.keep || issuedAt > Number(marker.validAfter);
}

function itemOf({ userId, sid, issuedAt }: Token) {
  const createdAt = Math.floor(issuedAt / 1_000);
  return { sid, userId, createdAt, issuedAt, expiresAt: createdAt + LIFETIME_SECONDS };
}

function markerKey(userId: Id): string {
  return `user#${userId}`;
}

/** One that is not there may be on its way: that is not remembered. */
function sessionEntry(sid: string): CacheEntry {
  return { scope: `session:${sid}`, name: 'item', ttlMs: CACHE_TTL_MS, negativeTtlMs: 0 };
}

function markerEntry(userId: Id): CacheEntry {
  const ttl = { ttlMs: CACHE_TTL_MS, negativeTtlMs: CACHE_TTL_MS };
  return { scope: `sessions:${userId}`, name: 'marker', ...ttl };
}

function toSummary({ sid, createdAt, expiresAt, region, agent }: Item): SessionSummary {
  const iso = (seconds: unknown) => new Date(Number(seconds) * 1_000).toISOString();
  return {
    id: String(sid),
    createdAt: iso(createdAt),
    expiresAt: iso(expiresAt),
    region: region === undefined ? null : String(region),
    agent: agent === undefined || agent === '' ? null : String(agent),
  };
}
