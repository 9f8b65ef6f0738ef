import { type joined, type LiveWorld, startLiveWorld } from './live';
import { type RunningQueues, startTestQueues, startWork } from './queues';
import { AWAY, HOME } from './world';

export type Someone = Awaited<ReturnType<typeof joined>>;

/** A live world whose events go through queues; somebody works on those of its home. */
export interface QueuedWorld extends LiveWorld {
  readonly queues: RunningQueues;
}

export async function startQueuedWorld(): Promise<QueuedWorld> {
  const queues = await startTestQueues();
  await queues.start(HOME);
  await queues.start(AWAY);
  const world = await startLiveWorld({ queues });
  const work = startWork(world.home, queues);
  const stop = async () => {
    await work.source.stop();
    await work.relay.stop();
    await world.stop();
    await queues.end();
  };
  return { ...world, queues, stop };
}

/** Within ten seconds, on a busy machine as well. */
export async function eventually<T>(read: () => Promise<T>, expected: T): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until;) {
    if (JSON.stringify(await read()) === JSON.stringify(expected)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await read()).toEqual(expected);
}
