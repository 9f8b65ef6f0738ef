import { performance, type EventLoopUtilization } from 'node:perf_hooks';

const WINDOW_MS = 100;
/** Part of a window in which the event loop had something to do. */
const BUSY = 0.9;

/** Whether what a process waits for is its own turn: its event loop hardly ever has nothing to do. */
export class Processor {
  private before: EventLoopUtilization = performance.eventLoopUtilization();
  private since: number;
  private was = false;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.since = now();
  }

  /** In the last window that has ended. */
  get isBusy(): boolean {
    const now = this.now();
    if (now - this.since < WINDOW_MS) return this.was;
    const current = performance.eventLoopUtilization();
    this.was = performance.eventLoopUtilization(current, this.before).utilization >= BUSY;
    this.before = current;
    this.since = now;
    return this.was;
  }
}
