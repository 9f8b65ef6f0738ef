import { createServer } from 'node:net';

/** A port that someone asked for is taken. */
export class PortTaken extends Error {
  public override readonly name = 'PortTaken';

  public constructor(
    public readonly address: string,
    public readonly port: number,
    reason: string,
  ) {
    super(`cannot listen on ${address}:${port}: ${reason}`);
  }
}

function listenOnce(address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is in use' : error.message;
      reject(new PortTaken(address, port, reason));
    });
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = server.address();
      const chosen = typeof bound === 'object' && bound !== null ? bound.port : port;
      server.close(() => {
        resolve(chosen);
      });
    });
  });
}

/** Takes the preferred port where it is free, else any free one. */
export async function choosePort(address: string, preferred: number): Promise<number> {
  try {
    return await listenOnce(address, preferred);
  } catch {
    return listenOnce(address, 0);
  }
}

/** @throws PortTaken where the port is not free */
export async function demandPort(address: string, port: number): Promise<number> {
  return listenOnce(address, port);
}
