import { randomUUID } from 'node:crypto';
import { findOutcome, type IdempotencyRecord, once } from '../data/idempotency';
import { insertUser, nextUserId, type User } from '../data/identity';
import type { Sql } from '../platform/databases';
import { emailKey, usernameKey } from '../platform/directory';
import { unavailable } from '../platform/errors';
import { grantFor, inFence, type WriteGrant } from '../platform/fence';
import { hashTo, logicalShardOf } from '../platform/ids';
import { hashPassword } from '../platform/password';
import type { TopologyView } from '../platform/topology-store';
import { shardOf, type TopologyDocument } from '../topology';
import { atWriter } from './at-shard';
import { claimAll, type Claims, confirmAll, type Field, underClaims } from './claims';
import type { Dependencies } from './dependencies';
import type { Incoming } from './incoming';
import { freshest } from './transact';
import type { Registration } from './validation';

/** No user is inserted later than this after the claim: well before anybody may take it over. */
const INSERT_WITHIN_MS = 30_000;

/**
 * Registers a user in the directory's home Region: claims name and address, inserts the user with
 * the idempotency record in one transaction, confirms the claims. A crash between the steps leaves
 * claims that the next registration of the same name completes or takes over.
 *
 * @throws RequestError 409 with the key of each field that is taken, 503 where nobody waits for it any more
 */
export async function register(
  deps: Dependencies,
  view: TopologyView,
  input: Registration,
  record: IdempotencyRecord | undefined,
  { place, deadline }: Pick<Incoming, 'place' | 'deadline'>,
): Promise<User> {
  deadline.demand();
  const { document } = view;
  const keys = { username: usernameKey(input.username), email: emailKey(input.email) };
  const reservation = record?.fingerprint ?? randomUUID();
  const logicalShard =
    (record && (await earlierPlace(deps, document, keys, reservation))) ??
    chooseLogicalShard(document, deps.region, input.username);
  const { name, location } = shardOf(document, logicalShard);
  const write = <T>(work: (sql: Sql) => Promise<T>) => {
    const patienceMs = deadline.leftMs;
    return atWriter(deps, { shard: name, location, domain: 'identity', place, patienceMs }, work);
  };
  const claimsUnder = ({ lease }: WriteGrant): Claims => ({
    ...{ document, lease, keys, reservation, place },
  });
  const first = grantFor(view, name);
  const earlier =
    record &&
    (await write((sql) =>
      inFence(sql, first, { run: (transaction) => findOutcome(transaction, record) }),
    ));
  if (earlier !== undefined)
    return await confirmed(deps, claimsUnder(first), earlier as unknown as User);

  const passwordHash = await hashPassword(input.password);
  // That took a while.
  deadline.demand();
  const grant = grantFor(await freshest(deps, view, name), name);
  const claims = claimsUnder(grant);
  const userId = await write((sql) => nextUserId(sql, logicalShard));
  const claim = { userId, reservation, reservedAt: deps.now() };
  await claimAll(deps, claims, claim);
  if (deps.now() - claim.reservedAt > INSERT_WITHIN_MS)
    throw unavailable('registration', 'took too long');
  const user = await underClaims(deps, claims, async () => {
    const { value } = await write((sql) =>
      once(sql, grant, record, async (transaction) => ({
        ...(await insertUser(transaction, userId, { ...input, passwordHash })),
      })),
    );
    return value;
  });
  return await confirmed(deps, claims, user);
}

async function confirmed(deps: Dependencies, claims: Claims, user: User): Promise<User> {
  await confirmAll(deps, claims, user.id);
  return user;
}

/**
 * Where an earlier attempt of the same request has put the user: shards that came here since, or
 * left, must not make the repeated request another user.
 */
async function earlierPlace(
  deps: Dependencies,
  document: TopologyDocument,
  keys: Readonly<Record<Field, string>>,
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
