import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../lib/tools/twin/postgres';
import type {
  PostgresBinaries,
  PostgresServer,
  ServerOptions,
} from '../../lib/tools/twin/postgres';
import { choosePort } from '../../lib/tools/twin/processes';
import { engineFor } from './engine';

export const SUPERUSER = { username: 'postgres', password: `it's a "pass\\word"` };

/** PostgreSQL servers of one test file, all copies of one template, with a directory of their own. */
export interface Laboratory {
  readonly directory: string;
  readonly binaries: PostgresBinaries;
  start(
    name: string,
    options?: Partial<Pick<ServerOptions, 'role' | 'primary'>>,
  ): Promise<PostgresServer>;
  /** Ends every server and removes the directory. */
  close(): Promise<void>;
}

export async function postgresLaboratory(): Promise<Laboratory> {
  const directory = mkdtempSync(join(tmpdir(), 'meridian-postgres-'));
  // As root the servers run as `nobody`, who must get to their directories.
  chmodSync(directory, 0o711);
  const servers: PostgresServer[] = [];
  const engines = join(directory, 'data');
  const { binaries, template } = await engineFor(directory, SUPERUSER);
  return {
    ...{ directory, binaries },
    start: async (name, options = {}) => {
      const address = `127.9.0.${10 + servers.length}`;
      const server = await startServer(binaries, {
        ...{ role: 'writer', template, dataDir: join(engines, name), applicationName: name },
        ...{ address, port: await choosePort(address, 0), ...options },
      });
      servers.push(server);
      return server;
    },
    close: async () => {
      await Promise.all(servers.map((server) => server.stop('immediate')));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
