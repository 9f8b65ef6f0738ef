import { randomUUID } from 'node:crypto';
import { findOutcome, type IdempotencyRecord, once } from '../data/idempotency';
import { findUser, insertUser, nextUserId, type User } from '../data/identity';
import type { Sql, Transaction } from '../platform/databases';
import { type DirectoryEntry, emailKey, usernameKey } from '../platform/directory';
import { codeOf, RequestError, unavailable } from '../platform/errors';
import { grantFor, inFence, Unconfirmed, type WriteGrant } from '../platform/fence';
import { hashTo, type Id, logicalShardOf } from '../platform/ids';
import { hashPassword } from '../platform/password';
import type { TopologyView } from '../platform/topology-store';
import { shardOf, type TopologyDocument } from '../topology';
import type { Dependencies } from './dependencies';
import type { Registration } from './validation';

/** A claim older than this, without a user, belongs to a registration that died. */
const STALE_MS = 60_000;
/** No user is inserted later than this after the claim: well before anybody may take it over. */
const INSERT_WITHIN_MS = 30_000;
const TAKEN = 'has already been taken';

type Field = 'username' | 'email';
type Claims = Readonly<Record<Field, string>>;

/** One registration, as it goes through its steps. */
interface Attempt {
  readonly document: TopologyDocument;
  readonly grant: WriteGrant;
  readonly sql: Sql;
  readonly keys: Claims;
  /** The same request repeated makes the same claim; any other request, another. */
  readonly reservation: string;
  readonly record: IdempotencyRecord | undefined;
}

/**
 * Registers a user in the directory's home Region: claims name and address, inserts the user with
 * the idempotency record in one transaction, confirms the claims. A crash between the steps leaves
 * claims that the next registration of the same name completes or takes over.
 *
 * @throws RequestError 409 with the key of each field that is taken
 */
export async function register(
  deps: Dependencies,
  view: TopologyView,
  input: Registration,
  record: IdempotencyRecord | undefined,
): Promise<User> {
  const { document } = view;
  const keys = { username: usernameKey(input.username), email: emailKey(input.email) };
  const reservation = record?.fingerprint ?? randomUUID();
  const logicalShard =
    (record && (await earlierPlace(deps, document, keys, reservation))) ??
    chooseLogicalShard(document, deps.region, input.username);
  const { name, location } = shardOf(document, logicalShard);
  const sql = await deps.databases.writer(location, 'identity');
  const attempt = { document, grant: grantFor(view, name), sql, keys, reservation, record };
  const earlier =
    record &&
    (await inFence(sql, attempt.grant, (transaction) => findOutcome(transaction, record)));
  if (earlier !== undefined) return await confirm(deps, attempt, earlier as unknown as User);

  const passwordHash = await hashPassword(input.password);
  const userId = await nextUserId(sql, logicalShard);
  const claim = { userId, reservation, reservedAt: deps.now() };
  // Names are written in the directory, which has no fence: nobody claims one after the lease.
  attempt.grant.lease.demand();
  await claimAll(deps, attempt, claim);
  if (deps.now() - claim.reservedAt > INSERT_WITHIN_MS)
    throw unavailable('registration', 'took too long');
  const user = await insert(deps, attempt, (transaction) =>
    insertUser(transaction, userId, { ...input, passwordHash }),
  );
  return await confirm(deps, attempt, user);
}

/**
 * Where an earlier attempt of the same request has put the user: shards that came here since, or
 * left, must not make the repeated request another user.
 */
async function earlierPlace(
  deps: Dependencies,
  document: TopologyDocument,
  keys: Claims,
  reservation: string,
): Promise<number | undefined> {
  const entry = await deps.directory.find(keys.username);
  if (entry?.reservation !== reservation || entry.state !== 'confirmed') return undefined;
  const logicalShard = logicalShardOf(entry.userId);
  const { home, state } = shardOf(document, logicalShard).location;
  if (home !== deps.region || state !== 'serving')
    throw unavailable('moved', 'the user was registered in a shard that is written elsewhere now');
  return logicalShard;
}

/**
 * Among the logical shards that this Region writes, so that a registration needs one Region, the
 * directory's, and no second hop.
 */
export function chooseLogicalShard(
  document: TopologyDocument,
  region: string,
  username: string,
): number {
  const ranges = document.logicalShards.filter(({ shard }) => {
    const location = document.shards[shard];
    return location?.home === region && location.state === 'serving';
  });
  const candidates = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (candidates === 0) throw unavailable('registration', 'no shard takes new users at the moment');
  let place = hashTo(candidates, usernameKey(username));
  for (const { first, last } of ranges) {
    if (place <= last - first) return first + place;
    place -= last - first + 1;
  }
  throw new Error('unreachable: the place lies within the candidates');
}

type Claim = Pick<DirectoryEntry, 'userId' | 'reservation' | 'reservedAt'>;

/** Both or none. */
async function claimAll(deps: Dependencies, attempt: Attempt, claim: Claim): Promise<void> {
  const { document, keys } = attempt;
  const fields = Object.keys(keys) as Field[];
  const results = await Promise.allSettled(
    fields.map((field) => claimOne(deps, document, { ...claim, key: keys[field] })),
  );
  const taken = fields.filter((_, index) => {
    const result = results[index];
    return result?.status === 'fulfilled' && !result.value;
  });
  const failure = results.find((result) => result.status === 'rejected');
  if (taken.length === 0 && failure === undefined) return;
  await release(deps, attempt);
  if (failure !== undefined) throw failure.reason;
  throw new RequestError(409, Object.fromEntries(taken.map((field) => [field, [TAKEN]])));
}

async function claimOne(
  deps: Dependencies,
  document: TopologyDocument,
  claim: Claim & { readonly key: string },
): Promise<boolean> {
  if (await deps.directory.claim(claim)) return true;
  const holder = await deps.directory.find(claim.key);
  if (holder === undefined) return await deps.directory.claim(claim);
  if (holder.state === 'confirmed') return holder.reservation === claim.reservation;
  if (deps.now() - holder.reservedAt <= STALE_MS) return false;
  if (await isAbandoned(deps, document, holder.userId))
    return await deps.directory.claim(claim, holder);
  // Its registration died between commit and confirmation: complete it.
  await deps.directory.confirm(holder.key, holder.reservation, holder.userId);
  return false;
}

/** Only the owner of the user's shard knows; where that is another Region, the claim stands. */
async function isAbandoned(
  deps: Dependencies,
  document: TopologyDocument,
  userId: Id,
): Promise<boolean> {
  const { location } = shardOf(document, logicalShardOf(userId));
  if (location.home !== deps.region) return false;
  const sql = await deps.databases.writer(location, 'identity');
  return (await findUser(sql, userId)) === undefined;
}

/** Frees the claims where the insert is known to have failed; an unknown outcome leaves them. */
async function insert(
  deps: Dependencies,
  attempt: Attempt,
  write: (transaction: Transaction) => Promise<User>,
): Promise<User> {
  const { sql, grant, record } = attempt;
  try {
    const { value } = await once(sql, grant, record, async (transaction) => ({
      ...(await write(transaction)),
    }));
    return value;
  } catch (error) {
    const known = error instanceof RequestError || /^\w{5}$/.test(codeOf(error) ?? '');
    if (known && !(error instanceof Unconfirmed)) await release(deps, attempt);
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

async function confirm(
  deps: Dependencies,
  { keys, reservation }: Attempt,
  user: User,
): Promise<User> {
  for (const key of Object.values(keys))
    if (!(await deps.directory.confirm(key, reservation, user.id)))
      deps.log('error', 'the claim of a registered user was lost', { key, userId: user.id });
  return user;
}

/** Not after the lease, when the names may be another Region's to give: there they age instead. */
async function release(deps: Dependencies, { grant, keys, reservation }: Attempt): Promise<void> {
  if (grant.lease.leftMs <= 0) return;
  await Promise.all(Object.values(keys).map((key) => deps.directory.release(key, reservation)));
}
