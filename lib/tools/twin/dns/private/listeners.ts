import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { Transport } from '../answer-message';
import { serveStream } from './stream';

/** @returns undefined where nothing must be sent */
export type Respond = (message: Buffer, client: string, transport: Transport) => Buffer | undefined;

export interface Listeners {
  readonly port: number;
  /** Also ends open TCP connections. */
  close(): Promise<void>;
}

/** How often another free port is tried when TCP does not have the one that UDP was given. */
const PORT_ATTEMPTS = 20;
const MOST_CONNECTIONS = 200;

/** Listens on the same port for UDP and TCP. */
export async function listen(address: string, port: number, respond: Respond): Promise<Listeners> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = await listenUdp(address, port, respond);
    try {
      return await withTcp(udp, address, respond);
    } catch (error) {
      udp.close();
      if (port !== 0 || attempt >= PORT_ATTEMPTS) throw error;
    }
  }
}

async function withTcp(udp: UdpSocket, address: string, respond: Respond): Promise<Listeners> {
  const { port } = udp.address();
  const connections = new Set<Socket>();
  const tcp = await listenTcp(address, port, (connection) => {
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    serveStream(connection, (message, client) => respond(message, client, 'tcp'));
  });
  return {
    port,
    close: async () => {
      const closed = Promise.all([once(udp, 'close'), once(tcp, 'close')]);
      udp.close();
      tcp.close();
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}

async function listenUdp(address: string, port: number, respond: Respond): Promise<UdpSocket> {
  const family = isIPv6(address) ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    // Whoever asked is an address already: nothing to look up.
    lookup: (client, _, found) => {
      found(null, client, family);
    },
  });
  socket.on('message', (message: Buffer, { address: client, port: from }: RemoteInfo) => {
    const response = from === 0 ? undefined : respond(message, client, 'udp');
    if (response !== undefined) socket.send(response, from, client);
  });
  const listening = once(socket, 'listening');
  socket.bind(port, address);
  await listening;
  // Sending fails when the client is gone; that must not end the server.
  socket.on('error', () => undefined);
  return socket;
}

async function listenTcp(
  address: string,
  port: number,
  serve: (connection: Socket) => void,
): Promise<Server> {
  const server = createServer(serve);
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}
