import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';
import { REAL_WAIT, readSettings, startServer } from './bootstrap';

/** Of Node 24.5 on, which the image has. */
interface TrustStore {
  getCACertificates(type: 'default'): readonly string[];
  setDefaultCACertificates(certificates: readonly string[]): void;
}

/** Starts the server that the environment names, in this process. */
export function runServer(): Promise<void> {
  return startServer(readSettings(process.env), {
    fetch,
    now: () => new Date(),
    wait: REAL_WAIT,
    trust: (certificates) => {
      const store = tls as unknown as TrustStore;
      store.setDefaultCACertificates([...store.getCACertificates('default'), ...certificates]);
    },
    run: async (source) => {
      const file = join(tmpdir(), 'server.mjs');
      await writeFile(file, source, { mode: 0o400, flag: 'wx' });
      await import(pathToFileURL(file).href);
    },
  });
}

/** Whatever fails ends the process: who started it starts another. */
export function giveUp(error: unknown): never {
  console.error(error);
  process.exit(1);
}
