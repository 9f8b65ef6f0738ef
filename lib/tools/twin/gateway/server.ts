import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { runChild } from '../processes';
import { confine } from './private/confine';

/** One server of a container service. */
export interface ServerProgramConfig {
  readonly file: string;
  readonly sha256: string;
  readonly address: string;
  /** Also in the variable `PORT`. */
  readonly port: number;
}

/**
 * What the bootstrap does in a container: refuses any byte that the template did not name, then runs
 * the module in this process. Ready once it listens.
 */
runChild(async (config) => {
  const { file, sha256, address, port } = config as ServerProgramConfig;
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (found !== sha256) throw new Error(`${file}: the bytes have sha256 ${found}, not ${sha256}`);
  const listening = new Promise<void>((tell) => {
    confine(address, (server) => {
      const bound = server.address();
      if (typeof bound === 'object' && bound?.port === port) tell();
    });
  });
  await import(pathToFileURL(file).href);
  await listening;
  return {
    ready: null,
    // The supervisor is gone. How it ends on a signal is the server's own business.
    close: async () => {
      process.kill(process.pid, 'SIGTERM');
      await new Promise(() => undefined);
    },
  };
});
