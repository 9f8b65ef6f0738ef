import { startNodeChild } from '../../processes';
import type { StandInConfig, StandInReady } from '../stand-in';
import type { StandInProvider } from './provider';
import type { CacheServer, Settings } from './start';

export async function startStandInProcess(
  { engine, real, user }: StandInProvider,
  { address, port, program, log, env, maxMemoryMiB }: Settings,
): Promise<CacheServer> {
  const config: StandInConfig = { address, port, maxMemoryBytes: maxMemoryMiB * 1024 * 1024 };
  const child = await startNodeChild<StandInReady>({
    ...{ program, log, env: { ...env, TZ: 'UTC' } },
    config: { ...config, user },
  }).catch((error: unknown) => {
    const words = error instanceof Error ? error.message : String(error);
    throw new Error(`the stand-in on ${address}:${port} did not start: ${words}`, { cause: error });
  });
  return {
    ...{ ...child.ready, engine, real, exited: child.exited },
    processes: () => (child.ended() ? [] : [child.identity]),
    stop: async (mode = 'fast') => {
      if (mode === 'immediate') child.kill();
      await child.stop();
    },
  };
}
