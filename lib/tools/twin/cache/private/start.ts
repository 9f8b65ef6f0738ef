import { isIP } from 'node:net';
import { dirname } from 'node:path';
import type { ProcessIdentity } from '../../processes';
import type { CacheProvider } from './provider';
import { startServer } from './start-server';
import { startStandInProcess } from './start-stand-in';
import { makeOwn } from './user';

export interface CacheOptions {
  readonly provider: CacheProvider;
  /** Loopback address to listen on; others are refused. */
  readonly address: string;
  /** A free port, see `choosePort`. */
  readonly port: number;
  /** Directory of this server alone; made where it does not exist. Nothing is kept in it. */
  readonly dataDir: string;
  /** The stand-in's JavaScript file, bundled from `program.ts` of this folder. */
  readonly program: string;
  /** File for the server's own words. @default DATADIR.log */
  readonly log?: string;
  /** Marks the processes, so that leftovers of a killed twin are recognised. @default none */
  readonly env?: Readonly<Record<string, string>>;
  /** What keys and values may take; then the least recently used go, in MiB. @default 64 */
  readonly maxMemoryMiB?: number;
  /** A cluster of this one node, which refuses commands with keys of several slots. @default false */
  readonly clustered?: boolean;
}

/** A Region's cache: it forgets, and everything in it when it ends. */
export interface CacheServer {
  readonly address: string;
  readonly port: number;
  /** `valkey 9.1.2`, `redis 7.0.15` or `stand-in`. */
  readonly engine: string;
  readonly real: boolean;
  readonly processes: () => readonly ProcessIdentity[];
  /** Resolves to the exit code. */
  readonly exited: Promise<number>;
  /** Ends it; there is nothing to save, so `immediate` is but quicker. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

/** What is the same for both kinds of servers. */
export type Settings = Required<Omit<CacheOptions, 'provider'>>;

/**
 * Starts a cache and waits until it answers. It ends when this process ends, however that ends.
 *
 * @throws Error with the last words of the server when it ends instead
 */
export async function startCache(options: CacheOptions): Promise<CacheServer> {
  const { provider, address, dataDir } = options;
  if (!isLoopback(address)) {
    throw new Error(`\`address\` must be a loopback address, got: ${address}`);
  }
  const settings: Settings = {
    ...options,
    log: options.log ?? `${dataDir}.log`,
    env: options.env ?? {},
    maxMemoryMiB: options.maxMemoryMiB ?? 64,
    clustered: options.clustered ?? false,
  };
  await makeOwn(dirname(dataDir), provider.user);
  await makeOwn(dataDir, provider.user);
  return provider.kind === 'server'
    ? startServer(provider, settings)
    : startStandInProcess(provider, settings);
}

function isLoopback(address: string): boolean {
  return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
}
