import { existsSync } from 'node:fs';
import { appendFile, readFile, writeFile, chown } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../processes';
import { identify, parentOf, StartError, startGuarded, waitFor, within } from '../../processes';
import type { PostgresBinaries } from './binaries';
import type { PostgresTemplate } from './template';
import { copyTemplate } from './template';

export interface ServerOptions {
  readonly template: PostgresTemplate;
  /** Made from the template where it does not exist. */
  readonly dataDir: string;
  /** Loopback address to listen on. */
  readonly address: string;
  readonly port: number;
  readonly role: 'writer' | 'standby';
  /** Whom a standby streams from; needed for that role. */
  readonly primary?: { readonly address: string; readonly port: number };
  /** Name under which a standby appears in its primary's pg_stat_replication. @default standby */
  readonly applicationName?: string;
  /** File for the server's own words. @default DATADIR.log */
  readonly log?: string;
  /** Marks the processes, so that leftovers of a killed twin are recognised. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** Told of the guard as soon as it runs, long before the server is ready. @default nobody */
  readonly onProcess?: (guard: ProcessIdentity) => void;
}

export interface PostgresServer {
  readonly address: string;
  readonly port: number;
  readonly role: 'writer' | 'standby';
  /** The guard and, once ready, the postmaster. */
  readonly processes: () => readonly ProcessIdentity[];
  /** Resolves to the exit code. */
  readonly exited: Promise<number>;
  /** Disconnects clients and ends in order; `immediate` skips the order. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

/** Longest time for a server to accept connections, in milliseconds. */
const START_TIMEOUT_MS = 30_000;

/**
 * Starts a server and waits until it accepts connections: a writer for writes, a standby for reads.
 *
 * @throws StartError with the last lines of the server's log when it ends instead
 */
export async function startServer(
  binaries: PostgresBinaries,
  options: ServerOptions,
): Promise<PostgresServer> {
  const { dataDir, address, port, role } = options;
  const log = options.log ?? `${dataDir}.log`;
  if (!existsSync(dataDir)) await copyTemplate(binaries, options.template, dataDir);
  if (role === 'standby') await follow(binaries, options);
  const guarded = startGuarded({
    command: join(binaries.native, 'bin/postgres'),
    args: ['-D', dataDir, '-h', address, '-p', String(port)],
    cwd: join(dataDir, '..'),
    env: { LC_ALL: 'C', TZ: 'UTC', ...options.env },
    log,
    user: binaries.user,
  });
  options.onProcess?.(guarded.identity);
  let ended: number | undefined;
  void guarded.exited.then(
    (code) => (ended = code),
    () => (ended = 1),
  );
  try {
    const postmaster = await waitFor(`PostgreSQL on ${address}:${port}`, START_TIMEOUT_MS, () => {
      if (ended !== undefined) throw new Error(`exit code ${ended}`);
      return readyPostmaster(dataDir, guarded.identity.pid);
    });
    return {
      ...{ address, port, role, exited: guarded.exited },
      processes: () => [guarded.identity, postmaster],
      stop: (mode) => guarded.stop(mode),
    };
  } catch (error) {
    await within(guarded.stop('immediate'), 5_000);
    const words = await lastLines(log);
    const message = `PostgreSQL on ${address}:${port} did not start: ${words}`;
    throw new StartError(message, { cause: error });
  }
}

/**
 * The server states its condition in the eighth line of postmaster.pid, which pg_ctl reads too. The
 * file may be another server's that uses the directory already: ours is the guard's child.
 */
async function readyPostmaster(
  dataDir: string,
  guard: number,
): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const ready = lines[7]?.trim() === 'ready';
  return ready && parentOf(pid) === guard ? identify(pid) : undefined;
}

/** Turns a copy of the template into a hot standby of `primary`. */
async function follow(binaries: PostgresBinaries, options: ServerOptions): Promise<void> {
  const { dataDir, primary, template } = options;
  if (primary === undefined) throw new Error('a standby needs `primary`, the server it follows');
  const signal = join(dataDir, 'standby.signal');
  await writeFile(signal, '', { mode: 0o600 });
  if (binaries.user) await chown(signal, binaries.user.uid, binaries.user.gid);
  const connection = primaryInfo(template, primary, options.applicationName ?? 'standby');
  await appendFile(
    join(dataDir, 'postgresql.auto.conf'),
    `primary_conninfo = '${connection.replace(/[\\']/g, '\\$&')}'\n`,
  );
}

/** How a standby reaches the server that it follows: a connection string. */
export function primaryInfo(
  { username, password }: PostgresTemplate,
  { address, port }: { readonly address: string; readonly port: number },
  applicationName: string,
): string {
  return [
    // Where the server has TLS it would be asked for: storage has none of its own to pay for.
    `host=${address} port=${port} user=${username} sslmode=disable`,
    ...(password === undefined ? [] : [`password=${quote(password)}`]),
    `application_name=${quote(applicationName)}`,
  ].join(' ');
}

/** A value of a connection string. */
function quote(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-4).join(' | ') || 'it left no message';
}
