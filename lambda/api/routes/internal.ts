import type { Hono } from 'hono/tiny';
import { DATABASES, type Queryable } from '../../platform/databases';
import { invalid, toRequestError } from '../../platform/errors';
import { READ_PATH } from '../../platform/remote-reads';
import { closeFence, type Fence, readFence } from '../../platform/fence';
import type { ShardLocation } from '../../topology';
import type { Dependencies } from '../dependencies';
import { demandInternal, parseObject } from '../incoming';
import { answerRead, type ReadRequest } from '../reads';

/** What a database says, or in words of ours why it says nothing. */
type Said = Fence | { readonly error: string };

/**
 * For those who carry out a failover, signed like a write between Regions: fences this Region's
 * databases of a shard, and says what this server believes. Both rest on the last topology document
 * that was read, so that they also work where the control table cannot be reached.
 */
export function internalRoutes(app: Hono, deps: Dependencies): void {
  app.post('/internal/fence', async (context) => {
    const { body } = await demandInternal(context, deps);
    const { shard, epoch } = parseFenceOrder(body);
    const { document } = await deps.topology.current();
    const location = document.shards[shard];
    if (location === undefined) throw invalid({ shard: ['is not known'] });
    const databases = await ofEachDomain(deps, location, (sql) => closeFence(sql, epoch));
    const said = Object.values(databases);
    const fenced = said.every((fence) => 'epoch' in fence && isClosedTo(fence, epoch));
    const later = said.some((fence) => 'epoch' in fence && fence.epoch > epoch);
    deps.log('warn', 'fence ordered', { shard, epoch, databases });
    const status = fenced ? 200 : later ? 409 : 503;
    return context.json({ region: deps.region, shard, epoch, databases }, status);
  });

  app.post(READ_PATH, async (context) => {
    const { body, deadline } = await demandInternal(context, deps);
    const { document } = await deps.topology.current();
    deadline.demand();
    return context.json({ value: await answerRead(deps, document, parseRead(body)) });
  });

  app.get('/internal/fence', async (context) => {
    await demandInternal(context, deps);
    const { document, lease } = await deps.topology.current();
    const shards = await Promise.all(
      Object.entries(document.shards).map(async ([name, location]) => {
        const { home, state, epoch } = location;
        const databases = await ofEachDomain(deps, location, readFence);
        return [name, { home, state, epoch, databases }] as const;
      }),
    );
    return context.json({
      region: deps.region,
      epoch: document.epoch,
      leaseMs: deps.topology.leaseMs,
      leaseLeftMs: Math.round(lease.leftMs),
      directory: document.directory,
      shards: Object.fromEntries(shards),
    });
  });
}

function isClosedTo(fence: Fence, epoch: number): boolean {
  return fence.epoch === epoch && fence.state === 'fenced';
}

/** Asks the writer of each domain of which this Region holds a copy; all of them at once. */
async function ofEachDomain(
  deps: Dependencies,
  location: ShardLocation,
  ask: (sql: Queryable) => Promise<Fence>,
): Promise<Readonly<Record<string, Said>>> {
  const domains = DATABASES.filter((domain) => deps.databases.holds(location, domain));
  const said = domains.map(async (domain): Promise<readonly [string, Said]> => {
    try {
      return [domain, await ask(await deps.databases.writer(location, domain))];
    } catch (error) {
      const errors = toRequestError(error)?.errors ?? { database: ['failed'] };
      return [domain, { error: Object.values(errors).flat().join(', ') }];
    }
  });
  return Object.fromEntries(await Promise.all(said));
}

function parseRead(text: string): ReadRequest {
  const { shard, read, args } = parseObject(text);
  if (typeof shard !== 'string') throw invalid({ shard: ['must be a name'] });
  if (typeof read !== 'string') throw invalid({ read: ['must be a name'] });
  if (!Array.isArray(args)) throw invalid({ args: ['must be a list'] });
  return { shard, read, args };
}

function parseFenceOrder(text: string): { readonly shard: string; readonly epoch: number } {
  const { shard, epoch } = parseObject(text);
  if (typeof shard !== 'string') throw invalid({ shard: ['must be a name'] });
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 1)
    throw invalid({ epoch: ['must be a positive integer'] });
  return { shard, epoch };
}
