import { randomUUID } from 'node:crypto';
import { findUser, updateUser, type User } from '../data/identity';
import { hideCard, showCard } from '../data/cards';
import { emailKey, usernameKey } from '../platform/directory';
import { RequestError, unavailable } from '../platform/errors';
import { logicalShardOf } from '../platform/ids';
import { hashPassword } from '../platform/password';
import type { Transaction } from '../platform/databases';
import { grantFor, inFence } from '../platform/fence';
import type { TopologyView } from '../platform/topology-store';
import { shardOf } from '../topology';
import { atWriter } from './at-shard';
import { claimAll, type Claims, confirmAll, underClaims } from './claims';
import type { Dependencies } from './dependencies';
import type { Incoming, Viewer } from './incoming';
import { scopes } from './scopes';
import { freshest, transact, type Transacted } from './transact';
import type { UserInput } from './validation';
import type { Effect } from './write';

/**
 * Changes a user in the Region that owns them. New names are claimed in the directory before, old ones
 * freed after; what a crash leaves behind, the next claimant of the name completes or takes over.
 *
 * @throws RequestError 409 with the key of each field that is taken, 503 where nobody waits for it any more
 */
export async function changeUser(
  deps: Dependencies,
  view: TopologyView,
  { incoming, viewer, input }: { incoming: Incoming; viewer: Viewer; input: UserInput },
): Promise<Effect<User>> {
  const { document } = view;
  const { userId } = viewer;
  const { name: shard, location } = shardOf(document, logicalShardOf(userId));
  const { place, deadline } = incoming;
  deadline.demand();
  const patienceMs = deadline.leftMs;
  const asked = { shard, location, domain: 'identity', place, patienceMs } as const;
  const before = await atWriter(deps, asked, (sql) => findUser(sql, userId));
  if (before === undefined) throw new RequestError(401, { token: ['is invalid'] });
  const keys = newKeys(before, input);
  if (Object.keys(keys).length > 0 && document.directory.home !== deps.region)
    throw unavailable('directory', 'is written in another Region than this user');
  const reservation = incoming.idempotencyKey
    ? `${userId}:${incoming.idempotencyKey}`
    : randomUUID();
  const claims: Claims = { document, lease: view.lease, keys, reservation, place };
  const { password, ...rest } = input;
  const change = {
    ...rest,
    ...(password !== undefined && { passwordHash: await hashPassword(password) }),
  };
  // A password takes a while.
  deadline.demand();
  await claimAll(deps, claims, { userId, reservation, reservedAt: deps.now() });
  const at = { view, incoming, subject: userId, owner: userId, domain: 'identity' } as const;
  const core = await underClaims(deps, claims, () =>
    transact(deps, at, async (sql) => {
      const user = await updateUser(sql, userId, change);
      if (user === undefined) throw new RequestError(401, { token: ['is invalid'] });
      await copyCard(deps, at, (content) => hideCard(content, userId, user.version));
      return { ...user };
    }),
  );
  // Hidden, it is asked for where it is the truth.
  await copyCard(deps, at, (content) => showCard(content, core)).catch((error: unknown) => {
    deps.log('warn', 'the copy of a card stays hidden', { userId, error });
  });
  await confirmAll(deps, claims, userId);
  await freeOld(deps, before, claims);
  const names = [before.username, core.username].map(scopes.name);
  return { core, touched: [...new Set([scopes.user(userId), ...names])] };
}

/** Beside the articles of the user, where there are such; behind the fence of that database. */
async function copyCard(
  deps: Dependencies,
  { view, incoming: { place, deadline }, owner }: Transacted,
  write: (content: Transaction) => Promise<unknown>,
): Promise<void> {
  const { name: shard, location } = shardOf(view.document, logicalShardOf(owner));
  if (!('content' in location.domains)) return;
  const patienceMs = deadline.leftMs;
  const asked = { shard, location, domain: 'content', place, patienceMs } as const;
  await atWriter(deps, asked, async (sql) => {
    const grant = grantFor(await freshest(deps, view, shard), shard);
    await inFence(sql, grant, { run: write });
  });
}

function newKeys(before: User, { username, email }: UserInput): Claims['keys'] {
  const name = username === undefined ? undefined : usernameKey(username);
  const mail = email === undefined ? undefined : emailKey(email);
  return {
    ...(name !== undefined && name !== usernameKey(before.username) && { username: name }),
    ...(mail !== undefined && mail !== emailKey(before.email) && { email: mail }),
  };
}

async function freeOld(deps: Dependencies, before: User, { keys, lease }: Claims): Promise<void> {
  const old = {
    username: usernameKey(before.username),
    email: emailKey(before.email),
  };
  for (const field of Object.keys(keys) as (keyof typeof old)[]) {
    const entry = await deps.directory.find(old[field]);
    if (entry?.userId === before.id && lease.leftMs > 0) await deps.directory.free(entry);
  }
}
