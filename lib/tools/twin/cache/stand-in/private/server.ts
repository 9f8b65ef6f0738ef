import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { Service } from '../../../processes';
import type { StandInConfig, StandInReady } from '..';
import type { Shared } from './commands';
import { Connection } from './connection';
import { Hub } from './hub';
import { Keyspace } from './keyspace';

/** How often keys are looked for whose time is over, in milliseconds, and how many at once. */
const SWEEP = { intervalMs: 100, keys: 500 } as const;
/** Most connections at once; the real server is started with the same limit. */
const MAX_CONNECTIONS = 512;

/** Starts the stand-in on an address. */
export async function startStandIn(config: StandInConfig): Promise<Service<StandInReady>> {
  const space = new Keyspace({ maxBytes: config.maxMemoryBytes, now: Date.now });
  const sockets = new Set<Socket>();
  const shared: Shared = {
    space,
    hub: new Hub(),
    server: { startedAt: Date.now(), port: () => portOf(server), connections: () => sockets.size },
  };
  let lastId = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    if (sockets.size >= MAX_CONNECTIONS) {
      socket.on('error', () => undefined);
      socket.end('-ERR max number of clients reached\r\n');
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    lastId += 1;
    new Connection(socket, lastId, shared).start();
  });
  await listen(server, config);
  const timer = setInterval(() => space.sweep(SWEEP.keys), SWEEP.intervalMs);
  return {
    ready: { address: config.address, port: portOf(server) },
    close: () => {
      clearInterval(timer);
      server.close();
      for (const socket of sockets) socket.destroy();
      return Promise.resolve();
    },
  };
}

function listen(server: Server, { address, port }: StandInConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}
