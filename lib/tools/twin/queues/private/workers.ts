import type { CalendarTimes, QueuesConfig, WorkConfig } from '..';
import { StartError, startNodeChild } from '../../processes';
import type { NodeChild } from '../../processes';
import { Calendar } from './calendar';
import { dueTimes } from './due';
import { EventSource } from './event-source';

/** After a function has ended by itself, in milliseconds. */
const RESTART_MS = 1_000;
/** Of a timer of Node. */
const MOST_WAIT_MS = 2 ** 31 - 1;

/** One instance of each bundle that queues and the scheduler call, started at its first call. */
export class Workers {
  private readonly sources: EventSource[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  /** By directory: what shares a bundle shares a process, and the machine's memory. */
  private readonly children = new Map<string, Promise<NodeChild<null>>>();
  private readonly started = Date.now();
  private ending = false;

  public constructor(private readonly config: QueuesConfig & { readonly instance: string }) {}

  public start(): void {
    for (const work of this.config.work ?? []) {
      if ('queue' in work) this.feed(work);
      else this.schedule(work);
    }
  }

  public async close(): Promise<void> {
    this.ending = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.sources.map((source) => source.stop()));
    const children = await Promise.allSettled([...this.children.values()]);
    const running = children.flatMap((child) =>
      child.status === 'fulfilled' ? [child.value.stop()] : [],
    );
    await Promise.all(running);
  }

  private feed(work: WorkConfig & { readonly queue: string; readonly batchSize: number }): void {
    const { address, port, region, account } = this.config;
    const source = new EventSource({
      endpoint: `http://${address}:${port}`,
      queueUrl: `https://sqs.${region}.amazonaws.com/${account}/${work.queue}`,
      queueArn: `arn:aws:sqs:${region}:${account}:${work.queue}`,
      region,
      batchSize: work.batchSize,
      invoke: (event) => this.invoke(work, event),
    });
    source.start();
    this.sources.push(source);
  }

  /** The next call once the last one has ended: none overlaps another. */
  private schedule(work: Exclude<WorkConfig, { readonly queue: string }>): void {
    const wait = 'at' in work ? this.calendar(work.at) : () => work.everyMs;
    const call = () => {
      this.invoke(work, work.input)
        .catch((error: unknown) => {
          console.error(`${work.of.name}: ${String(error)}`);
        })
        .finally(plan);
    };
    const plan = () => {
      const ms = wait();
      if (this.ending || ms === undefined) return;
      // Nobody can wait for longer in one go: then it is planned again.
      const next = ms > MOST_WAIT_MS ? plan : call;
      this.timers.push(setTimeout(next, Math.min(ms, MOST_WAIT_MS)));
      this.timers.splice(0, Math.max(0, this.timers.length - 100));
    };
    plan();
  }

  private calendar(at: CalendarTimes): () => number | undefined {
    const { expression, timeZone, timeScale } = at;
    const calendar = new Calendar(dueTimes(expression, timeZone), {
      ...{ timeScale, from: this.started },
    });
    return () => calendar.wait();
  }

  private async invoke(work: WorkConfig, event: unknown): Promise<unknown> {
    const child = await this.child(work);
    return await child.ask('invoke', event, work.of.timeoutSeconds * 1_000);
  }

  private child(work: WorkConfig): Promise<NodeChild<null>> {
    if (this.ending) throw new StartError('the queues are closed');
    const running = this.children.get(work.of.directory);
    if (running !== undefined) return running;
    const { of } = work;
    const starting = startNodeChild<null>({
      program: this.config.instance,
      config: {
        ...{ directory: of.directory, handler: of.handler, memoryMiB: of.memoryMiB },
        ...{ functionName: of.name, timeoutMs: of.timeoutSeconds * 1_000 },
      },
      env: of.environment,
      log: this.config.log ?? '/dev/null',
    });
    this.children.set(of.directory, starting);
    const forget = () => {
      setTimeout(() => this.children.delete(of.directory), RESTART_MS).unref();
    };
    starting.then((child) => child.exited, forget).then(forget, forget);
    return starting;
  }
}
