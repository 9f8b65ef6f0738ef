import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Admission } from '../../../lambda/platform/admission';
import { Bulkheads } from '../../../lambda/platform/bulkhead';
import type { Running } from './running';

/** Listens already, though nothing answers yet: its port is nobody else's. */
export async function openServer(running: Running): Promise<Server> {
  const server = createServer();
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Refuses nobody for how slow the machine is: what is refused for that is tested by itself. */
export function unhurried(size: number) {
  return {
    admission: new Admission({ least: 1_000, most: 1_000, start: 1_000, targetMs: 60_000 }),
    bulkheads: new Bulkheads({ size, queue: 1_000, waitMs: 30_000, targetMs: 60_000 }),
  };
}
