import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '../../certificates';
import { makeTrust } from '../../certificates';
import type { RunHome } from '../../home';
import type { Place, PlannedDatabase, RegionPlaces } from '../../plan';
import type { PostgresBinaries, PostgresTemplate, ServerOptions } from '../../postgres';
import {
  Connection,
  initTemplate,
  preparePostgres,
  primaryInfo,
  startServer,
} from '../../postgres';
import type { Supervised } from '../../processes';
import type { ClusterConfig } from '../../cluster';
import type { Child } from './children';
import type { KeptCluster } from './kept';
import { keep } from './kept';
import type { ReaderServer } from './reader';
import { startReader } from './reader';
import { Restarted } from './restarted';
import { Seats } from './seats';
import { alterSystem, BACKUP_MS, copyData } from './upkeep';
import type { ZonedInstance } from './zoned';
import { startZoned, ZONES } from './zoned';

/** The twin's own role; the master user of the templates is no superuser, as at AWS. */
const SUPERUSER = 'twin_supervisor';

export interface PreparedDatabases {
  readonly binaries: PostgresBinaries;
  readonly template: PostgresTemplate;
  /** What they show to clients, and what proxies before them do. */
  readonly identity: Identity;
}

/** Where a twin keeps what its clients trust. */
export function authorityOf({ directory }: Pick<RunHome, 'directory'>): string {
  return join(directory, 'authority.pem');
}

/** A server of the twin, with what is needed to look after it. */
export interface DatabaseServer extends Supervised {
  readonly of: PlannedDatabase;
  readonly place: Place;
  /** As the twin's own role, to any database of it; whoever connects ends the connection. */
  readonly connect: (database?: string, timeoutMs?: number) => Connection;
  /** Makes a standby follow another server, which takes writes already. @throws Error */
  readonly follow: (primary: Place) => Promise<void>;
  /**
   * Ends a writer in order, which sends its standbys all that it has, does `between`, and starts it
   * again as a standby of `primary`. Where `between` fails it is started again as it was.
   */
  readonly demote: (primary: Place, between: () => Promise<void>) => Promise<void>;
  /** Where its data is. */
  readonly dataDir: string;
  /** Its instances, where they stand in zones. */
  readonly zoned?: readonly ZonedInstance[];
  /** Its instances and who looks after them, where it has more than one. */
  readonly kept?: KeptCluster | undefined;
  /** Begins to look after them; undefined where no reader runs. */
  readonly keep?: () => (KeptCluster & Supervised) | undefined;
  /** What follows it inside its Region, for reads alone. */
  readonly reader?: ReaderServer;
  /**
   * Ends what is left of it and starts it anew as a standby of another server, which takes writes, from
   * a base backup of that one, and its reader likewise: whatever they held is gone.
   *
   * @throws Error where either does not take part
   */
  readonly rejoin: (writer: DatabaseServer) => Promise<void>;
}

/** Makes PostgreSQL runnable and initializes the template; needs no assembly. */
export async function prepareDatabases(
  home: Pick<RunHome, 'root' | 'engines' | 'directory'>,
  signal: AbortSignal,
): Promise<PreparedDatabases> {
  const { authority, server: identity } = makeTrust(['127.0.0.1']);
  await writeFile(authorityOf(home), authority, { mode: 0o600 });
  const binaries = await preparePostgres(home.root);
  const password = randomBytes(18).toString('base64url');
  const template = await initTemplate(binaries, join(home.engines, 'template'), {
    username: SUPERUSER,
    password,
    tls: identity,
    signal,
  });
  return { binaries, template, identity };
}

export interface DatabaseOptions {
  readonly databases: readonly PlannedDatabase[];
  readonly places: readonly RegionPlaces[];
  readonly engines: string;
  readonly marker: Readonly<Record<string, string>>;
  /** The place by which a Region reaches a server of another. */
  readonly via: (region: string, place: Place) => Place;
  /** Whether a writer's instances run, each in its zone. */
  readonly zones: boolean;
  /** So much later, in milliseconds, readers show what their cluster's first instance has. */
  readonly readerLagMs: number;
  /** Ends with the twin what is being started. */
  readonly supervise: <T extends Supervised>(start: Promise<T>) => Promise<T>;
  /** Starts the endpoint of a cluster in zones, and who keeps it. */
  readonly startCluster: (label: string, config: ClusterConfig) => Promise<Child>;
  /** Told of a server that had ended and runs again. */
  readonly onRenewed: (server: Supervised) => void;
}

/**
 * Starts every cluster: writers, and standbys that stream from their group's writer. `launch` is
 * given each server while it starts.
 */
export async function startDatabases(
  { binaries, template }: Omit<PreparedDatabases, 'identity'>,
  options: DatabaseOptions,
  launch: (server: Promise<DatabaseServer>) => Promise<DatabaseServer>,
): Promise<readonly DatabaseServer[]> {
  const placeOf = (database: PlannedDatabase) => {
    const region = options.places.find((it) => it.region === database.region);
    const place = region?.databases.get(database.key);
    if (place === undefined) throw new Error(`${database.key} has no place`);
    return place;
  };
  const startOne = async (database: PlannedDatabase): Promise<DatabaseServer> => {
    const readers = options.places.find((it) => it.region === database.region)?.readers;
    const readPlace = readers?.get(database.key);
    if (options.zones && database.role === 'writer' && database.instances.length >= ZONES) {
      const endpoint = placeOf(database);
      const reader = readPlace ?? endpoint;
      const parts = { binaries, template, ...options, endpoint, reader };
      const zoned = await startZoned(database, parts);
      await createMaster(zoned);
      return zoned;
    }
    const writer = options.databases.find(
      (it) => it.group === database.group && it.role === 'writer',
    );
    const seats = Seats.of(database, options.engines, readPlace !== undefined);
    const how: Omit<ServerOptions, 'dataDir'> = {
      ...placeOf(database),
      template,
      role: database.role,
      applicationName: database.identifier,
      env: options.marker,
      ...(database.role === 'standby' && writer
        ? { primary: options.via(database.region, placeOf(writer)) }
        : {}),
    };
    const start = (change: Partial<ServerOptions> = {}) =>
      startServer(binaries, { ...how, dataDir: seats.leading.dataDir, ...change });
    const server = start().then((first) => new Restarted(first, start));
    let reader: ReaderServer | undefined;
    const reading = async () => {
      if (seats.all.length === 1 || readPlace === undefined) return;
      const of = { binaries, template, ...options, primary: placeOf(database), place: readPlace };
      reader = await options.supervise(startReader({ ...of, seats }));
    };
    const means = { binaries, template, seats, ...options, reader: () => reader };
    const [supervised] = await Promise.all([
      launch(server.then((it) => supervise(database, it, means))),
      reading(),
    ]);
    if (database.role === 'writer') await createMaster(supervised);
    return supervised;
  };
  return Promise.all(options.databases.map(startOne));
}

interface Means
  extends Omit<PreparedDatabases, 'identity'>, Pick<DatabaseOptions, 'via' | 'onRenewed'> {
  readonly seats: Seats;
  /** Once it runs. */
  readonly reader: () => ReaderServer | undefined;
}

function supervise(
  database: PlannedDatabase,
  server: Restarted,
  { binaries, template, seats, via, onRenewed, reader }: Means,
): DatabaseServer {
  const { place } = server;
  const connect = (name = 'postgres', timeoutMs = 2_000) => {
    const { username, password } = template;
    return new Connection({ ...place, username, password, database: name, timeoutMs });
  };
  let kept: (KeptCluster & Supervised) | undefined;
  const supervised: DatabaseServer = {
    label: `PostgreSQL ${database.identifier}`,
    ...{ of: database, place, connect },
    get dataDir() {
      return seats.leading.dataDir;
    },
    processes: () => server.processes(),
    get exited() {
      return server.exited;
    },
    get reader() {
      return reader();
    },
    get kept() {
      return kept;
    },
    keep: () => {
      const its = reader();
      if (its === undefined) return undefined;
      const takeOver = async () => {
        await server.takeOver(async () => {
          await its.rest();
          seats.swap();
        });
        onRenewed(supervised);
      };
      return (kept ??= keep({ server: supervised, reader: its, seats, takeOver }));
    },
    stop: () => server.stop(),
    kill: () => void server.stop('immediate'),
    demote: (primary, between) => seats.moving(() => server.demote(primary, between)),
    follow: async (primary) => {
      // Not a parameter: ALTER SYSTEM takes a literal.
      const info = primaryInfo(template, primary, database.identifier).replace(/'/g, "''");
      await alterSystem(connect(), `set primary_conninfo = '${info}'`);
    },
    rejoin: (writer) =>
      seats.moving(async () => {
        const by = writer.connect('postgres', BACKUP_MS);
        await server.renew(via(database.region, writer.place), () =>
          copyData(binaries, { from: writer.dataDir, to: seats.leading.dataDir, by }),
        );
        onRenewed(supervised);
        await reader()?.rejoin(writer);
      }),
  };
  return supervised;
}

/** Longest wait for an answer while dozens of servers start at once, in milliseconds. */
const START_MS = 30_000;

/** The master user may create databases and roles, and is no superuser. */
async function createMaster({ of, connect }: DatabaseServer): Promise<void> {
  if (of.master === undefined) return;
  const connection = connect('postgres', START_MS);
  try {
    const { username, password } = of.master;
    const [statement] = await connection.query<{ text: string }>(
      `select format('create role %I login createdb createrole replication password %L',
        $1::text, $2::text) as text`,
      [username, password],
    );
    await connection.query(statement?.text ?? '');
  } finally {
    await connection.end();
  }
}
