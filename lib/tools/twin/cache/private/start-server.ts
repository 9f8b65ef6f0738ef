import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ProcessIdentity } from '../../processes';
import { identify, signal, startGuarded, waitFor, within } from '../../processes';
import { clusterSettings, formCluster } from './cluster';
import type { ServerProvider } from './provider';
import type { CacheServer, Settings } from './start';

/** Longest time for a server to answer, in milliseconds. */
const START_TIMEOUT_MS = 20_000;
/** Longest wait for one answer, in milliseconds. */
const ANSWER_MS = 1_000;
const PID_FILE = 'server.pid';

/**
 * A cache and nothing but a cache: one database, nothing on disk, bounded memory, loopback only.
 *
 * @see https://valkey.io/topics/valkey.conf/
 */
async function serverArguments(settings: Settings): Promise<readonly string[]> {
  const { address, port, dataDir, maxMemoryMiB, clustered } = settings;
  const all = {
    ...{ bind: address, port, 'protected-mode': 'yes', 'tcp-backlog': 128, maxclients: 512 },
    ...{ maxmemory: `${maxMemoryMiB}mb`, 'maxmemory-policy': 'allkeys-lru' },
    ...{ save: '', appendonly: 'no', databases: 1, daemonize: 'no' },
    ...{ dir: dataDir, pidfile: join(dataDir, PID_FILE) },
    ...(clustered ? await clusterSettings(address, dataDir) : {}),
  };
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

export async function startServer(
  { command, engine, real, user }: ServerProvider,
  settings: Settings,
): Promise<CacheServer> {
  const { address, port, dataDir, log, env } = settings;
  await rm(join(dataDir, PID_FILE), { force: true });
  const args = await serverArguments(settings);
  const guarded = startGuarded({
    ...{ command, args, cwd: dataDir, log, user },
    env: { LC_ALL: 'C', TZ: 'UTC', ...env },
  });
  let ended: number | undefined;
  const exited = guarded.exited.then(
    (code) => (ended = code),
    () => (ended = 1),
  );
  try {
    const server = await waitFor(`${engine} on ${address}:${port}`, START_TIMEOUT_MS, () => {
      if (ended !== undefined) throw new Error(`exit code ${ended}`);
      return answering(settings);
    });
    if (settings.clustered) await formCluster(address, port);
    return {
      ...{ address, port, engine, real, exited },
      processes: () => (ended === undefined ? [guarded.identity, server] : []),
      stop: async (mode = 'fast') => {
        // The guard would ask before it kills, and SIGQUIT is not heard: there is nothing to save.
        if (mode === 'immediate') signal(server, 'SIGKILL');
        await guarded.stop(mode);
      },
    };
  } catch (error) {
    await within(guarded.stop('immediate'), 5_000);
    const words = await lastLines(log);
    throw new Error(`${engine} on ${address}:${port} did not start: ${words}`, { cause: error });
  }
}

/**
 * The server's process, once the address answers, and answers as the one that was started here:
 * a stranger that holds the port is not mistaken for it.
 */
async function answering({
  address,
  port,
  dataDir,
}: Settings): Promise<ProcessIdentity | undefined> {
  const written = await readFile(join(dataDir, PID_FILE), 'utf8').catch(() => '');
  const pid = Number(written.trim());
  if (!(pid > 1)) return undefined;
  const answer = await within(ask(address, port), ANSWER_MS);
  return answer === pid ? identify(pid) : undefined;
}

/** The process that answers on an address. */
function ask(address: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: ANSWER_MS });
    let text = '';
    const end = (pid?: number) => {
      socket.destroy();
      resolve(pid);
    };
    socket.setEncoding('latin1');
    socket.on('data', (piece) => {
      text += String(piece);
      const match = /\r\nprocess_id:(\d+)\r\n/.exec(text);
      if (match !== null) end(Number(match[1]));
    });
    for (const event of ['error', 'timeout', 'close']) {
      socket.once(event, () => {
        end();
      });
    }
    socket.write('INFO server\r\n');
  });
}

async function lastLines(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-4).join(' | ') || 'it left no message';
}
