import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { CacheEndpoint } from '../../../lambda/environment';
import { findServers, startCache } from '../../../lib/tools/twin/cache';
import { startStandIn } from '../../../lib/tools/twin/cache/stand-in';
import { choosePort } from '../../../lib/tools/twin/processes';

export interface RunningCache {
  readonly endpoint: CacheEndpoint;
  stop(): Promise<void>;
}

/** The stand-in always; a real server where MERIDIAN_VALKEY_BIN or PATH has one. */
export const ENGINES: readonly (readonly [string, () => Promise<RunningCache>])[] = [
  ['the stand-in', () => startStandInCache()],
  ...(hasRealServer() ? [['a real server', startRealCache] as const] : []),
];

const ADDRESS = '127.0.0.1';

export async function startStandInCache(port = 0): Promise<RunningCache> {
  const server = await startStandIn({
    address: ADDRESS,
    port,
    maxMemoryBytes: 16 * 1024 * 1024,
  });
  return {
    endpoint: { host: ADDRESS, port: server.ready.port, tls: false },
    stop: async () => {
      await server.close();
    },
  };
}

async function startRealCache(): Promise<RunningCache> {
  const home = await mkdtemp(join(tmpdir(), 'meridian-cache-'));
  await chmod(home, 0o711);
  const [provider] = await findServers({ env: process.env, engines: join(home, 'engines') });
  if (provider === undefined) throw new Error('the server that was found does not run');
  const port = await choosePort(ADDRESS, 0);
  const dataDir = join(home, 'data', 'cache');
  const server = await startCache({ provider, address: ADDRESS, port, dataDir, program: '' });
  return {
    endpoint: { host: ADDRESS, port, tls: false },
    stop: async () => {
      await server.stop('immediate');
      await rm(home, { recursive: true, force: true });
    },
  };
}

function hasRealServer(): boolean {
  const { MERIDIAN_VALKEY_BIN: named = '', PATH = '' } = process.env;
  if (named !== '') return existsSync(named);
  return PATH.split(delimiter).some((directory) =>
    ['valkey-server', 'redis-server'].some((program) => existsSync(join(directory, program))),
  );
}
