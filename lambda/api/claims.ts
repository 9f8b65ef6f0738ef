import { findUser } from '../data/identity';
import type { Place } from '../platform/admission';
import { type DirectoryEntry, emailKey, usernameKey } from '../platform/directory';
import { codeOf, RequestError } from '../platform/errors';
import { Unconfirmed } from '../platform/fence';
import { type Id, logicalShardOf } from '../platform/ids';
import type { Lease } from '../platform/lease';
import { shardOf, type TopologyDocument } from '../topology';
import { atWriter } from './at-shard';
import type { Dependencies } from './dependencies';

/** A claim older than this, for a user who does not bear the name, belongs to a write that died. */
const STALE_MS = 60_000;
const TAKEN = 'has already been taken';

export type Field = 'username' | 'email';

/** Names and addresses that one write claims in the directory, in its home Region. */
export interface Claims {
  readonly document: TopologyDocument;
  /** Names are written in the directory, which has no fence: nobody claims one after the lease. */
  readonly lease: Lease;
  /** Keys of the directory by the field that they come from. */
  readonly keys: Readonly<Partial<Record<Field, string>>>;
  /** The same request repeated makes the same claim; any other request, another. */
  readonly reservation: string;
  /** Of the request that makes them. */
  readonly place: Place | undefined;
}

export type Claim = Pick<DirectoryEntry, 'userId' | 'reservation' | 'reservedAt'>;

/** Both or none. @throws RequestError 409 with the key of each field that is taken */
export async function claimAll(deps: Dependencies, claims: Claims, claim: Claim): Promise<void> {
  const { keys, lease } = claims;
  lease.demand();
  const wanted = Object.entries(keys);
  const results = await Promise.allSettled(
    wanted.map(([, key]) => claimOne(deps, claims, { ...claim, key })),
  );
  const taken = wanted.filter((_, index) => {
    const result = results[index];
    return result?.status === 'fulfilled' && !result.value;
  });
  const failure = results.find((result) => result.status === 'rejected');
  if (taken.length === 0 && failure === undefined) return;
  await releaseAll(deps, claims);
  if (failure !== undefined) throw failure.reason;
  throw new RequestError(409, Object.fromEntries(taken.map(([field]) => [field, [TAKEN]])));
}

async function claimOne(
  deps: Dependencies,
  claims: Claims,
  claim: Claim & { readonly key: string },
): Promise<boolean> {
  if (await deps.directory.claim(claim)) return true;
  const holder = await deps.directory.find(claim.key);
  if (holder === undefined) return await deps.directory.claim(claim);
  if (holder.reservation === claim.reservation) return true;
  if (deps.now() - holder.reservedAt <= STALE_MS) return false;
  if (await isAbandoned(deps, claims, holder)) return await deps.directory.claim(claim, holder);
  // Its write died between commit and confirmation: complete it.
  if (holder.state === 'pending')
    await deps.directory.confirm(holder.key, holder.reservation, holder.userId);
  return false;
}

/**
 * Whether the holder is no user, or a user who bears another name by now. Only the owner of the user's
 * shard knows; where that is another Region, the claim stands.
 */
async function isAbandoned(
  deps: Dependencies,
  { document, place }: Pick<Claims, 'document' | 'place'>,
  { userId, key }: DirectoryEntry,
): Promise<boolean> {
  const { name: shard, location } = shardOf(document, logicalShardOf(userId));
  if (location.home !== deps.region) return false;
  const asked = { shard, location, domain: 'identity', place } as const;
  const user = await atWriter(deps, asked, (sql) => findUser(sql, userId));
  return user === undefined || ![usernameKey(user.username), emailKey(user.email)].includes(key);
}

export async function confirmAll(
  deps: Dependencies,
  { keys, reservation }: Claims,
  userId: Id,
): Promise<void> {
  for (const key of Object.values(keys))
    if (!(await deps.directory.confirm(key, reservation, userId)))
      deps.log('error', 'the claim of a user was lost', { key, userId });
}

/** Not after the lease, when the names may be another Region's to give: there they age instead. */
export async function releaseAll(
  deps: Dependencies,
  { lease, keys, reservation }: Claims,
): Promise<void> {
  if (lease.leftMs <= 0) return;
  await Promise.all(Object.values(keys).map((key) => deps.directory.release(key, reservation)));
}

/** Runs the write that the claims are for; frees them where it is known to have failed. */
export async function underClaims<T>(
  deps: Dependencies,
  claims: Claims,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    // An unknown outcome leaves them.
    const known = error instanceof RequestError || /^\w{5}$/.test(codeOf(error) ?? '');
    if (known && !(error instanceof Unconfirmed)) await releaseAll(deps, claims);
    throw takenInDatabase(error) ?? error;
  }
}

/** The database's own unique constraints, behind the directory's. */
function takenInDatabase(error: unknown): RequestError | undefined {
  if (codeOf(error) !== '23505' || !(error instanceof Error)) return undefined;
  const constraint = 'constraint_name' in error ? error.constraint_name : undefined;
  if (constraint === 'users_username_key') return new RequestError(409, { username: [TAKEN] });
  if (constraint === 'users_email_key') return new RequestError(409, { email: [TAKEN] });
  return undefined;
}
