import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterEvent, ClusterView } from '../../cluster';
import { Keeper } from '../../cluster';
import type { PlannedInstance } from '../../plan';
import type { ProcessIdentity, Supervised } from '../../processes';
import type { DatabaseServer } from './databases';
import type { ReaderServer } from './reader';
import type { Seats } from './seats';

/** A cluster that is looked after: who confirms commits takes over where who writes is lost. */
export interface KeptCluster {
  readonly instances: readonly KeptInstance[];
  /** Who writes, and what has become of whom. @throws Error where nobody can tell */
  readonly view: () => Promise<ClusterView>;
}

/** One of its instances, with the zone where it stands. */
export interface KeptInstance extends PlannedInstance {
  readonly processes: () => readonly ProcessIdentity[];
  /**
   * Resolves once it follows the instance that writes, made anew from a base backup of that one: what it alone
   * held was acknowledged to nobody.
   *
   * @throws Error where either does not take part
   */
  readonly rejoin: () => Promise<void>;
}

/** An answer of an instance is waited for so long, in milliseconds: this machine carries the other Regions too. */
const PATIENCE_MS = 2_000;
/** A lost instance is made anew in so many tries, so far apart, in milliseconds. */
const TRIES = 5;
const RETRY_MS = 2_000;

export interface KeptServers {
  readonly server: DatabaseServer;
  readonly reader: ReaderServer;
  readonly seats: Seats;
  /** Ends what writes, and starts the reader's data in its place, where it takes writes. */
  readonly takeOver: () => Promise<void>;
}

/**
 * Looks after a cluster whose instances have no place of their own: the one that is promoted takes that of
 * the one that is lost, as a name would lead to it, and the lost one is made anew as a reader. It
 * knows of nothing outside the cluster, and asks nobody.
 */
export function keep(of: KeptServers): KeptCluster & Supervised {
  const { server, reader, seats } = of;
  const at = (identifier: string) => (seats.leading.identifier === identifier ? server : reader);
  const instances = seats.all.map(({ key, identifier, zone }) => ({
    ...{ key, identifier, zone },
    get place() {
      return at(identifier).place;
    },
    processes: () => at(identifier).processes(),
    rejoin: () => returned,
  }));
  const events: ClusterEvent[] = [];
  let returned: Promise<void> = Promise.resolve();
  let ended = false;
  const comeBack = async (): Promise<void> => {
    for (let tried = 0; tried < TRIES && !ended && !seats.areMoving; tried += 1) {
      const back = await reader.rejoin(server).then(
        () => true,
        () => false,
      );
      if (back) return;
      await sleep(RETRY_MS, undefined, { ref: false });
    }
  };
  const keeper = new Keeper({
    instances,
    patienceMs: PATIENCE_MS,
    connect: ({ identifier }, timeoutMs) => at(identifier).connect('postgres', timeoutMs),
    onEvent: (kind, { identifier: instance }) => {
      events.push({ at: Date.now(), kind, instance });
    },
    isMoved: () => seats.areMoving,
    lead: async () => {
      await of.takeOver();
      returned = comeBack();
    },
  });
  keeper.start();
  const close = async () => {
    ended = true;
    await keeper.close();
    await returned;
  };
  return {
    label: `keeper of ${server.of.identifier}`,
    processes: () => [],
    stop: close,
    kill: () => void close(),
    instances,
    view: () => {
      const { writer, synchronous } = keeper;
      return Promise.resolve({ writer: writer.identifier, synchronous, events });
    },
  };
}
