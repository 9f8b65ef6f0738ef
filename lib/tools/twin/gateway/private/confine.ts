import type { ListenOptions } from 'node:net';
import { Server } from 'node:net';

/** Hosts that mean "every address of this machine". */
const EVERYWHERE = new Set(['', '0.0.0.0', '::']);

/**
 * The arguments of `Server.listen` for a server that has one address of its own, as a container has:
 * where it would listen on every address, it listens on that one.
 */
export function confined(args: readonly unknown[], address: string): readonly unknown[] {
  const [first, ...rest] = args;
  const callback = rest.filter((it) => typeof it === 'function');
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    const host = typeof rest[0] === 'string' ? rest[0] : '';
    return [{ port: Number(first), host: EVERYWHERE.has(host) ? address : host }, ...callback];
  }
  if (typeof first !== 'object' || first === null || !('port' in first)) return args;
  const options = first as ListenOptions;
  return EVERYWHERE.has(options.host ?? '') ? [{ ...options, host: address }, ...rest] : args;
}

type Listen = (this: Server, ...args: readonly unknown[]) => Server;

/** Gives this process one address for its servers. @param onListening told of each that listens */
export function confine(address: string, onListening: (server: Server) => void): void {
  const prototype = Server.prototype as unknown as { listen: Listen };
  const { listen } = prototype;
  prototype.listen = function (this: Server, ...args) {
    this.once('listening', () => {
      onListening(this);
    });
    return listen.call(this, ...confined(args, address));
  };
}
