import { createServer } from 'node:net';
import { HeldPorts, isHeld } from './held-ports';

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

async function anyFree(address: string, preferred: number): Promise<number> {
  try {
    return await listenOnce(address, preferred);
  } catch {
    return listenOnce(address, 0);
  }
}

/** Takes the preferred port where it is free and nobody holds it, else any such one. */
export async function choosePort(address: string, preferred: number): Promise<number> {
  let port = await anyFree(address, preferred);
  while (isHeld(address, port)) port = await listenOnce(address, 0);
  return port;
}

/** Ports that other twins do not choose, until they are released or this process has ended. */
export function holdPorts(): HeldPorts {
  return new HeldPorts(anyFree);
}

/** Whether this machine has the address: Linux has all of 127.0.0.0/8, macOS only 127.0.0.1. */
export function hasAddress(address: string): Promise<boolean> {
  return listenOnce(address, 0).then(
    () => true,
    () => false,
  );
}

/** @throws PortTaken where the port is not free */
export async function demandPort(address: string, port: number): Promise<number> {
  return listenOnce(address, port);
}
