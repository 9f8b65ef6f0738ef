import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** An address that leads to whoever is the writer now, as a cluster's endpoint does. */
export interface Endpoint {
  /** `host:port`. */
  readonly address: string;
  /** Cuts what is connected, and leads there from now on. */
  lead(target: { readonly address: string; readonly port: number }): void;
  close(): void;
}

/** @param slowMs by which all that is said to it is late */
export async function startEndpoint(
  first: { readonly address: string; readonly port: number },
  slowMs = 0,
): Promise<Endpoint> {
  let target = first;
  const open = new Set<Socket>();
  const cut = () => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  const server = createServer({ noDelay: true }, (client) => {
    const behind = connect({ host: target.address, port: target.port, noDelay: true });
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    behind.pipe(client);
    if (slowMs === 0) client.pipe(behind);
    // Timers of one length run in their order.
    else client.on('data', (said) => setTimeout(() => behind.write(said), slowMs));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    lead: (next) => {
      target = next;
      cut();
    },
    close: () => {
      server.close();
      cut();
    },
  };
}
