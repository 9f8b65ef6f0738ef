import type { Hono } from 'hono';
import { idempotencyRecord } from '../../data/idempotency';
import { findCredentials, findUser, type User } from '../../data/identity';
import type { Queryable } from '../../platform/databases';
import { emailKey, usernameKey } from '../../platform/directory';
import { RequestError, unavailable } from '../../platform/errors';
import { type Id, logicalShardOf } from '../../platform/ids';
import { verifyPassword } from '../../platform/password';
import { shardOf, type TopologyDocument } from '../../topology';
import type { Dependencies } from '../dependencies';
import { demandViewer, parseObject, readIncoming } from '../incoming';
import { register } from '../registration';
import { parseCredentials, parseRegistration } from '../validation';
import { performWrite } from '../write';

/** The user as the public contract shows one to that user. */
interface UserBody {
  readonly user: {
    readonly email: string;
    readonly token: string;
    readonly username: string;
    readonly bio: string | null;
    readonly image: string | null;
  };
}

/** Registration, login and logout, the current user. */
export function userRoutes(app: Hono, deps: Dependencies): void {
  app.post('/api/users', async (context) => {
    const incoming = await readIncoming(context, deps);
    const input = parseRegistration(parseObject(incoming.body));
    const { idempotencyKey: key } = incoming;
    return await performWrite(context, deps, incoming, {
      // Which shard takes the user is up to that Region: it has one that serves, or it refuses.
      place: ({ directory }) => ({ home: directory.home, state: 'serving' }),
      execute: async (view) => {
        const record = key && idempotencyRecord(incoming, key, '', await deps.signingKeys());
        const user = await register(deps, view, input, record || undefined);
        return toBody(user, await deps.sessions.start(user.id));
      },
      isVisible: (body, document) => isRegistered(deps, document, body),
      touched: () => [],
    });
  });

  app.post('/api/users/login', async (context) => {
    const { email, password } = parseCredentials(parseObject(await context.req.text()));
    const user = await findByEmail(deps, email);
    if (!(await verifyPassword(password, user?.passwordHash)) || user === undefined)
      throw new RequestError(401, { credentials: ['invalid'] });
    return context.json(toBody(user, await deps.sessions.start(user.id)));
  });

  app.post('/api/session/logout', async (context) => {
    const authorization = context.req.header('authorization') ?? '';
    await deps.sessions.revoke(await demandViewer(authorization, false, deps));
    return context.body(null, 204);
  });

  app.get('/api/user', async (context) => {
    const authorization = context.req.header('authorization') ?? '';
    const viewer = await demandViewer(authorization, false, deps);
    const { document } = await deps.topology.current();
    const user = await findAnywhere(deps, document, viewer.userId, findUser);
    if (user === undefined) throw unavailable('user', 'has not arrived in this Region yet');
    return context.json(toBody(user, viewer.token));
  });
}

/** In the order of the contract's examples. */
function toBody({ email, username, bio, image }: User, token: string): UserBody {
  return { user: { email, token, username, bio, image } };
}

async function findByEmail(deps: Dependencies, email: string) {
  const entry = await deps.directory.find(emailKey(email));
  if (entry === undefined) return undefined;
  const { document } = await deps.topology.current();
  const user = await findAnywhere(deps, document, entry.userId, findCredentials);
  if (user === undefined && entry.state === 'confirmed')
    throw unavailable('user', 'has not arrived in this Region yet');
  return user !== undefined && emailKey(user.email) === entry.key ? user : undefined;
}

/** From the Region's reader; where that lags, from the writer if it is this Region's. */
async function findAnywhere<T>(
  deps: Dependencies,
  document: TopologyDocument,
  id: Id,
  find: (sql: Queryable, id: Id) => Promise<T | undefined>,
): Promise<T | undefined> {
  const { location } = shardOf(document, logicalShardOf(id));
  const { databases } = deps;
  const found = await databases.read(location, 'identity', (sql) => find(sql, id));
  const lagging = !databases.readsWriter(location, 'identity') && location.home === deps.region;
  if (found !== undefined || !lagging) return found;
  return await find(await databases.writer(location, 'identity'), id);
}

/** Whether this Region's directory and reader both know the user: then a login here succeeds. */
async function isRegistered(
  deps: Dependencies,
  document: TopologyDocument,
  { user }: UserBody,
): Promise<boolean> {
  const entries = await Promise.all(
    [usernameKey(user.username), emailKey(user.email)].map((key) => deps.directory.find(key)),
  );
  const [entry] = entries;
  if (entry === undefined || entries.some((each) => each?.state !== 'confirmed')) return false;
  const { location } = shardOf(document, logicalShardOf(entry.userId));
  const { databases } = deps;
  const read = databases.read(location, 'identity', (sql) => findUser(sql, entry.userId));
  return (await read) !== undefined;
}
