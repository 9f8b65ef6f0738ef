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

/** The command of a server's container: `node --input-type=module -e THIS`. */
startServer(readSettings(process.env), {
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
}).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
