import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';

const [FIRST, COUNT] = [64, 60];

/** Loopback addresses 127.N.0.x of one emulated AWS, so that each cluster has the one usual port. */
export interface Network {
  readonly number: number;
  /** Gives it back. */
  readonly release: () => void;
}

/**
 * Of two runs at the same time each has its own: who listens on its last address has the network.
 *
 * @throws Error where none is left
 */
export async function claimNetwork(port: number): Promise<Network> {
  const start = Math.floor(Math.random() * COUNT);
  for (let at = 0; at < COUNT; at += 1) {
    const number = FIRST + ((start + at) % COUNT);
    const server = await listen(`127.${number}.0.254`, port);
    if (server !== undefined) return { number, release: () => server.close() };
  }
  throw new Error(`no network of 127.${FIRST} to 127.${FIRST + COUNT - 1} is left`);
}

async function listen(host: string, port: number): Promise<Server | undefined> {
  const server = createServer().listen({ host, port });
  server.unref();
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
