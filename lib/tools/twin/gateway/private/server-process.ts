import type { NodeChild } from '../../processes';
import { holdPorts, signal, startNodeChild, within } from '../../processes';
import type { ServerConfig } from '..';
import type { ServerProgramConfig } from '../server';

export interface ServerProcess {
  readonly pid: number;
  readonly address: string;
  readonly port: number;
  readonly exited: Promise<number>;
  readonly ended: () => boolean;
  /** Asks it to end; kills it after so many milliseconds. */
  stop(graceMs: number): Promise<void>;
}

/**
 * @param preferred port, which it gets where that is free; 0 for any
 * @throws StartError where it does not listen, or its module is not the one that was named
 */
export async function startServerProcess(
  of: ServerConfig,
  preferred: number,
  options: { readonly program: string; readonly log: string },
): Promise<ServerProcess> {
  const { address, file, sha256, memoryMiB } = of;
  const held = holdPorts();
  const port = await held.hold(address, preferred);
  // Once it listens, or has failed to, the port speaks for itself.
  const child = await startNodeChild<null>({
    ...options,
    config: { file, sha256, address, port } satisfies ServerProgramConfig,
    env: { ...of.environment, PORT: String(port) },
    execArgv: [`--max-old-space-size=${memoryMiB}`, '--enable-source-maps'],
  }).finally(() => {
    held.release();
  });
  const { exited, ended, identity } = child;
  return {
    ...{ pid: identity.pid, address, port, exited, ended },
    stop: (graceMs) => stop(child, graceMs),
  };
}

async function stop(child: NodeChild<null>, graceMs: number): Promise<void> {
  signal(child.identity, 'SIGTERM');
  if ((await within(child.exited, graceMs)) !== undefined) return;
  child.kill();
  await child.exited;
}
