import { join } from 'node:path';
import type { ClusterView } from '../../cluster';
import type { Place, PlannedDatabase, PlannedInstance } from '../../plan';
import type { ServerOptions } from '../../postgres';
import { Connection, startServer } from '../../postgres';
import type { Supervised } from '../../processes';
import type { HeldPorts } from '../../processes';
import { holdPorts } from '../../processes';
import { SHARED } from './allocate';
import type { DatabaseOptions, DatabaseServer, PreparedDatabases } from './databases';
import type { Child } from './children';
import type { KeptCluster } from './kept';
import { Restarted } from './restarted';
import { BACKUP_MS, copyData } from './upkeep';

/** So many instances of a cluster run, each in its zone: this machine has to carry the other Regions too. */
export const ZONES = 2;

export interface ZonedInstance extends PlannedInstance, Supervised {
  readonly place: Place;
  /** As the twin's own role; whoever connects ends the connection. */
  readonly connect: (timeoutMs?: number) => Connection;
  readonly dataDir: string;
  /**
   * Ends what is left of it and starts it anew behind another instance, which writes, from a base backup of
   * that one: what it alone held was acknowledged to nobody.
   *
   * @throws Error where either does not take part
   */
  readonly rejoin: (writer: ZonedInstance) => Promise<void>;
}

type Parts = Omit<PreparedDatabases, 'identity'> &
  Omit<DatabaseOptions, 'databases' | 'places'> & {
    readonly endpoint: Place;
    /** Of those who only read. */
    readonly reader: Place;
  };

/** A writer and a copy in another zone that confirms every commit, behind one endpoint. */
export async function startZoned(of: PlannedDatabase, parts: Parts): Promise<DatabaseServer> {
  const { endpoint: place, reader, template, engines } = parts;
  const { username, password } = template;
  const planned = of.instances.slice(0, ZONES);
  const held = holdPorts();
  const places = await Promise.all(planned.map((_, at) => placeIn(at + 1, place, held)));
  const instances = await Promise.all(
    planned.map((it, at) => parts.supervise(startInstance(it, at, { places, parts }))),
  ).finally(() => {
    held.release();
  });
  const label = `PostgreSQL ${of.identifier}`;
  const child = await parts.startCluster(`endpoint of ${of.identifier}`, {
    ...{ identifier: of.identifier, endpoint: place, reader, instances },
    ...{ username, password },
    proxied: of.proxied,
  });
  return {
    ...{ label, of, place, dataDir: join(engines, planned[0]?.identifier ?? '') },
    processes: () => instances.flatMap((it) => it.processes()),
    stop: async () => {
      await Promise.all(instances.map((it) => it.stop()));
    },
    kill: () => {
      for (const it of instances) it.kill();
    },
    connect: (database = 'postgres', timeoutMs = 2_000) =>
      new Connection({ ...place, username, password, database, timeoutMs }),
    ...IMMOVABLE,
    zoned: instances,
    kept: keptByChild(instances, child),
  };
}

function keptByChild(instances: readonly ZonedInstance[], child: Child): KeptCluster {
  const view = async () => (await child.ask('cluster')) as ClusterView;
  const rejoin = async (one: ZonedInstance) => {
    const { writer } = await view();
    const leads = instances.find(({ identifier }) => identifier === writer);
    if (leads === undefined) throw new Error(`nobody writes for ${one.identifier}`);
    if (leads !== one) await one.rejoin(leads);
  };
  return {
    view,
    instances: instances.map((it) => ({
      ...{ key: it.key, identifier: it.identifier, zone: it.zone },
      processes: () => it.processes(),
      rejoin: () => rejoin(it),
    })),
  };
}

/** Where its Region is left, every zone of it is: for that there are the drills without zones. */
function refuse(): Promise<never> {
  return Promise.reject(new Error('a cluster that runs in zones is moved to no other Region here'));
}

const IMMOVABLE = { follow: refuse, demote: refuse, rejoin: refuse };

/** Zone number n has the network n of its Region; with ports apart there is one address for all. */
async function placeIn(zone: number, { address }: Place, held: HeldPorts): Promise<Place> {
  const [first = '127', region = '1', , host = '10'] = address.split('.');
  const own = address === SHARED ? address : `${first}.${region}.${zone}.${host}`;
  return { address: own, port: await held.hold(own, 5432) };
}

async function startInstance(
  planned: PlannedInstance,
  at: number,
  { places, parts }: { readonly places: readonly Place[]; readonly parts: Parts },
): Promise<ZonedInstance> {
  const { binaries, template, engines, marker } = parts;
  const { username, password } = template;
  const [primary] = places;
  const place = places[at] ?? { address: '', port: 0 };
  const dataDir = join(engines, planned.identifier);
  const how: ServerOptions = {
    ...{ ...place, template, dataDir, env: marker, applicationName: planned.identifier },
    ...(at === 0 || primary === undefined ? { role: 'writer' } : { role: 'standby', primary }),
  };
  const start = (change: Partial<ServerOptions> = {}) =>
    startServer(binaries, { ...how, ...change });
  const server = new Restarted(await start(), start);
  const instance: ZonedInstance = {
    ...{ ...planned, place, dataDir },
    label: `PostgreSQL ${planned.identifier} in ${planned.zone}`,
    processes: () => server.processes(),
    get exited() {
      return server.exited;
    },
    connect: (timeoutMs) =>
      new Connection({
        ...place,
        username,
        password,
        ...(timeoutMs !== undefined && { timeoutMs }),
      }),
    stop: () => server.stop(),
    kill: () => void server.stop('immediate'),
    rejoin: async (writer) => {
      const by = writer.connect(BACKUP_MS);
      await server.renew(writer.place, () =>
        copyData(binaries, { from: writer.dataDir, to: dataDir, by }),
      );
      parts.onRenewed(instance);
    },
  };
  return instance;
}
