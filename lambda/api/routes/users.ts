import type { Context } from 'hono';
import type { Hono } from 'hono/tiny';
import { idempotencyRecord } from '../../data/idempotency';
import type { User } from '../../data/identity';
import { emailKey, usernameKey } from '../../platform/directory';
import { RequestError, unavailable } from '../../platform/errors';
import { type Id, logicalShardOf } from '../../platform/ids';
import { verifyPassword } from '../../platform/password';
import { LOGINS } from '../../platform/rate-limit';
import { shardOf, type TopologyDocument } from '../../topology';
import { atWriter } from '../at-shard';
import type { Dependencies } from '../dependencies';
import { parseObject, readIncoming, readingViewer, startWrite } from '../incoming';
import { readAt } from '../reading';
import { type ArgsOf, READS, type ResultOf } from '../reads';
import { register } from '../registration';
import { scopes } from '../scopes';
import { changeUser } from '../user-change';
import { parseCredentials, parseRegistration, parseUserChange } from '../validation';
import { performWrite } from '../write';

/** Registration, login, the current user. */
export function userRoutes(app: Hono, deps: Dependencies): void {
  app.post('/api/users', (context) => postUser(context, deps));
  app.post('/api/users/login', (context) => login(context, deps));
  app.get('/api/user', async (context) => {
    const viewer = await readingViewer(context, deps);
    const { document } = await deps.topology.current();
    const user = await findAnywhere(deps, document, viewer.userId, 'user');
    if (user === undefined) throw unavailable('user', 'has not arrived in this Region yet');
    return context.json(toBody(user, viewer.token));
  });
  app.put('/api/user', (context) => putUser(context, deps));
}

async function postUser(context: Context, deps: Dependencies): Promise<Response> {
  const incoming = await readIncoming(context, deps);
  const input = parseRegistration(parseObject(incoming.body));
  const { idempotencyKey: key } = incoming;
  return await performWrite<User>(context, deps, incoming, {
    status: 201,
    // Which shard takes the user is up to that Region: it has one that serves, or it refuses.
    place: ({ directory }) => ({ home: directory.home, state: 'serving' }),
    execute: async (view) => {
      const record = key && idempotencyRecord(incoming, key, '', await deps.signingKeys());
      const core = await register(deps, view, input, record || undefined, incoming);
      return { core, touched: [scopes.name(core.username)] };
    },
    isVisible: (core, document) => isKnown(deps, document, core),
    present: async (core) => toBody(core, await deps.sessions.start(core.id, agentOf(context))),
  });
}

async function login(context: Context, deps: Dependencies): Promise<Response> {
  const { email, password } = parseCredentials(parseObject(await context.req.text()));
  await deps.limiter.demand(LOGINS, emailKey(email));
  const user = await findByEmail(deps, email);
  if (!(await verifyPassword(password, user?.passwordHash)) || user === undefined)
    throw new RequestError(401, { credentials: ['invalid'] });
  return context.json(toBody(user, await deps.sessions.start(user.id, agentOf(context))));
}

async function putUser(context: Context, deps: Dependencies): Promise<Response> {
  const { incoming, viewer } = await startWrite(context, deps);
  const input = parseUserChange(parseObject(incoming.body));
  return await performWrite<User>(context, deps, incoming, {
    status: 200,
    place: (document) => shardOf(document, logicalShardOf(viewer.userId)).location,
    execute: (view) => changeUser(deps, view, { incoming, viewer, input }),
    isVisible: async (core, document) =>
      (await isKnown(deps, document, core)) && (await isShown(deps, document, core)),
    present: async (core) => {
      // Whoever knew the old password is out; repeated with its key, this is repeated as well.
      if (input.password !== undefined) await deps.sessions.revokeOthers(viewer);
      return toBody(core, viewer.token);
    },
  });
}

function agentOf(context: Context): string {
  return context.req.header('user-agent') ?? '';
}

/** In the order of the contract's examples: the user as the contract shows one to that user. */
function toBody({ email, username, bio, image }: User, token: string) {
  return { user: { email, token, username, bio, image } };
}

async function findByEmail(deps: Dependencies, email: string) {
  const entry = await deps.directory.find(emailKey(email));
  if (entry === undefined) return undefined;
  const { document } = await deps.topology.current();
  const user = await findAnywhere(deps, document, entry.userId, 'credentials');
  if (user === undefined && entry.state === 'confirmed')
    throw unavailable('user', 'has not arrived in this Region yet');
  return user !== undefined && emailKey(user.email) === entry.key ? user : undefined;
}

/** From the Region's reader; where that lags, from the writer if it is this Region's. */
async function findAnywhere<Name extends 'user' | 'credentials'>(
  deps: Dependencies,
  document: TopologyDocument,
  id: Id,
  read: Name,
): Promise<ResultOf<Name>> {
  const { name: shard, location } = shardOf(document, logicalShardOf(id));
  const { databases } = deps;
  const found = await readAt(deps, document, id, read, ...([id] as unknown as ArgsOf<Name>));
  const lagging = !databases.readsWriter(location, 'identity') && location.home === deps.region;
  if (found !== undefined || !lagging) return found;
  const asked = { shard, location, domain: 'identity', place: deps.place } as const;
  return (await atWriter(deps, asked, (sql) => READS[read].run(sql, id))) as ResultOf<Name>;
}

/** Whether articles bear the user's name as it is. */
function isShown(deps: Dependencies, document: TopologyDocument, { id, version }: User) {
  const { location } = shardOf(document, logicalShardOf(id));
  if (!('content' in location.domains)) return true;
  return readAt(deps, document, id, 'noOlderCard', id, version);
}

/** Whether this Region's directory and reader both know the user as they are: a login succeeds. */
async function isKnown(
  deps: Dependencies,
  document: TopologyDocument,
  { id, username, email, version }: User,
): Promise<boolean> {
  const entries = await Promise.all(
    [usernameKey(username), emailKey(email)].map((key) => deps.directory.find(key)),
  );
  if (entries.some((entry) => entry?.state !== 'confirmed' || entry.userId !== id)) return false;
  const user = await readAt(deps, document, id, 'user', id);
  return user !== undefined && user.version >= version;
}
