import type { Dependencies } from '../api/dependencies';
import { readTracedEvents } from '../data/events';
import { advanceRelay, claimRelay } from '../data/relay';
import type { Domain } from '../platform/databases';
import { grantFor, inFence } from '../platform/fence';
import type { TopologyView } from '../platform/topology-store';
import { type EventMessage, tracedBy } from './messages';

/** Domains with an event log. */
export const LOGS = ['content', 'social'] as const satisfies readonly Domain[];
const PAGE = 100;

/**
 * Sends what the logs written in this Region have that the queue has not. The log is the outbox: its
 * rows are in the transactions of the writes, in the order of the commits. Who sends has the lock of
 * the log's position, which moves on in the same transaction; where that fails after the sending, the
 * same is sent again under the same ids. Nobody waits for anybody: a log that is claimed is passed by.
 *
 * @returns how many were sent
 * @throws AwsError where the queue does not take them: they stay in the log
 */
export async function relayAll(deps: Dependencies): Promise<number> {
  const view = await deps.topology.current();
  const logs = Object.entries(view.document.shards)
    .filter(([, { home, state }]) => home === deps.region && state === 'serving')
    .flatMap(([shard, { domains }]) =>
      LOGS.filter((domain) => domain in domains).map((domain) => ({ shard, domain })),
    );
  const sent = await Promise.all(logs.map((log) => relayLog(deps, view, log)));
  return sent.reduce((sum, count) => sum + count, 0);
}

async function relayLog(
  deps: Dependencies,
  view: TopologyView,
  { shard, domain }: { readonly shard: string; readonly domain: Domain },
): Promise<number> {
  const location = view.document.shards[shard];
  if (deps.events === undefined || location === undefined) return 0;
  const queue = deps.events;
  const sql = await deps.databases.writer(location, domain);
  return await inFence(sql, grantFor(view, shard), {
    run: async (transaction) => {
      const position = await claimRelay(transaction);
      if (position === undefined) return 0;
      const events = await readTracedEvents(transaction, position, PAGE);
      const last = events.at(-1);
      if (last === undefined) return 0;
      const source = `${domain}.${shard}`;
      const messages = events.map(({ trace, ...event }) => ({
        id: `${source}.${event.id}`,
        group: event.actorId,
        body: { type: 'event', source, ...event, ...tracedBy(trace) } satisfies EventMessage,
      }));
      await queue.send(deps.region, messages);
      await advanceRelay(transaction, last.id);
      return events.length;
    },
  });
}

/**
 * Relays while it runs: at once where there is more than a page, else after a pause. Under load, what
 * comes within a pause is sent together: a turn takes two transactions, however little it finds.
 */
export class Relay {
  private timer: NodeJS.Timeout | undefined;
  private ending = false;
  private failing = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly deps: Dependencies,
    private readonly pauseMs = 250,
  ) {}

  start(): void {
    if (this.deps.events !== undefined) this.schedule(0);
  }

  async stop(): Promise<void> {
    this.ending = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.turn().then((pauseMs) => {
        if (!this.ending) this.schedule(pauseMs);
      });
    }, ms);
  }

  /** What to wait for until the next turn. */
  private async turn(): Promise<number> {
    try {
      const sent = await relayAll(this.deps);
      this.failing = false;
      return sent >= PAGE ? 0 : this.pauseMs;
    } catch (error) {
      if (!this.failing) this.deps.log('warn', 'events wait in their logs', { error });
      this.failing = true;
      return 4 * this.pauseMs;
    }
  }
}
