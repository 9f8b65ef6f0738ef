import type { FunctionConfig } from '../gateway';

/** A function, and when it is called. */
export type WorkConfig =
  /** With messages of a queue. */
  | { readonly of: FunctionConfig; readonly queue: string; readonly batchSize: number }
  /** With an input, over and over. */
  | { readonly of: FunctionConfig; readonly everyMs: number; readonly input: unknown }
  /** With an input, by the calendar. */
  | { readonly of: FunctionConfig; readonly at: CalendarTimes; readonly input: unknown };

/** Times on a calendar that runs faster: from this machine's date at the start on. */
export interface CalendarTimes {
  /** `cron(…)` of six fields, or `at(…)`. */
  readonly expression: string;
  readonly timeZone: string;
  /** By how much time runs faster. */
  readonly timeScale: number;
}

/** One queue, as its template declares it. */
export interface QueueConfig {
  readonly name: string;
  readonly fifo: boolean;
  /** Seconds for which a received message is hidden. */
  readonly visibilitySeconds: number;
  /** Seconds for which a message is kept. */
  readonly retentionSeconds: number;
  /** Where a message goes that has been received so often, and not deleted. */
  readonly redrive?: { readonly queue: string; readonly maxReceives: number };
}

/** What one `queues` process serves: the queues of one Region. */
export interface QueuesConfig {
  readonly region: string;
  readonly account: string;
  readonly address: string;
  readonly port: number;
  readonly queues: readonly QueueConfig[];
  /** Base URLs of the other Regions' processes: what is for them is handed on. */
  readonly peers: Readonly<Record<string, string>>;
  /** Functions that queues and the scheduler call. @default none */
  readonly work?: readonly WorkConfig[];
  /** Program that an instance of a function starts with. @default no function is called */
  readonly instance?: string;
  /** File for what functions write. */
  readonly log?: string;
  /** Directory for the journals, so that a process that is started again has what it had. */
  readonly directory: string;
}

/** What a process tells its supervisor. */
export interface QueuesReady {
  readonly url: string;
}

/** How full a queue is; the answer to the topic `depth` has one for each name. */
export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
  /** Of the oldest message, 0 where there is none. */
  readonly ageMs: number;
}

export { Calendar } from './private/calendar';
export { Cron } from './private/cron';
export { dueTimes } from './private/due';
export { EventSource } from './private/event-source';
export type { EventSourceOptions } from './private/event-source';
export { Queue } from './private/queue';
export type { Received } from './private/queue';
export { QueuesFront, startQueues } from './private/server';
export { Workers } from './private/workers';
