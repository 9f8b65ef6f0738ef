import { Connection } from '../../postgres';
import { waitFor } from '../../processes';
import type { Service } from '../../processes';
import type { Place } from '../../plan';
import type { ClusterConfig, ClusterEvent, ClusterView } from '..';
import { Endpoint } from './endpoint';
import { Keeper } from './keeper';

/** Until commits wait for another zone, in milliseconds. */
const JOIN_MS = 30_000;

/** Ready once whatever is acknowledged is in two zones. */
export async function startCluster(config: ClusterConfig): Promise<Service<null>> {
  const { instances, username, password } = config;
  const events: ClusterEvent[] = [];
  const lost = new Map<string, Place>();
  const keeper = new Keeper({
    instances,
    connect: ({ place: at }, timeoutMs) =>
      new Connection({ ...at, username, password, database: 'postgres', timeoutMs }),
    onEvent: (kind, { identifier: instance, place: at }) => {
      events.push({ at: Date.now(), kind, instance });
      if (kind === 'lost') lost.set(instance, at);
      if (kind === 'joined') lost.delete(instance);
      for (const place of lost.values()) {
        if (kind === 'lost') for (const it of all) it.abandon(place, 'replication');
        // Without a proxy they stay silent: whoever has one must notice by itself.
        if (kind === 'led' && config.proxied) for (const it of all) it.abandon(place, 'session');
      }
    },
  });
  // Another Region's copy gets what has been confirmed, and nothing that would be undone by a failover.
  const following = () => keeper.follower.place;
  const all = [
    new Endpoint(config.endpoint, { session: () => keeper.writer.place, replication: following }),
    ...(config.reader.port === config.endpoint.port
      ? []
      : [new Endpoint(config.reader, { session: following, replication: following })]),
  ];
  keeper.start();
  await waitFor(`two zones of ${config.identifier}`, JOIN_MS, () =>
    keeper.synchronous ? true : undefined,
  );
  await Promise.all(all.map((it) => it.listen()));
  return {
    ready: null,
    answer: (topic): ClusterView | undefined => {
      if (topic !== 'cluster') return undefined;
      const { writer, synchronous } = keeper;
      return { writer: writer.identifier, synchronous, events };
    },
    close: async () => {
      for (const it of all) it.close();
      await keeper.close();
    },
  };
}
