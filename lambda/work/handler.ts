import type { Dependencies } from '../api/dependencies';
import { Consumer, type Recorded } from './consume';
import { type Job, JOBS, runJob } from './jobs';
import { parseMessage, type Traced, type WorkMessage } from './messages';

/** What an event source mapping hands over. */
export interface SqsEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: {
      readonly MessageGroupId?: string;
      readonly MessageDeduplicationId?: string;
    };
  }[];
}

export interface JobEvent {
  readonly job: string;
}

/** Messages that are to come again; those that are not named are done. */
export interface SqsResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export type WorkHandler = (event: SqsEvent | JobEvent) => Promise<SqsResult | object>;

/**
 * Entry of what is not on the path of a request: messages of the queue, and jobs of the scheduler.
 * @throws Error for a job that is none, or that fails: the scheduler repeats it
 */
export function createWorkHandler(deps: Dependencies): WorkHandler {
  const consumer = new Consumer(deps);
  return async (event) => {
    if ('Records' in event) {
      const result = await consume(deps, consumer, event);
      // The process may be frozen until the next batch.
      await deps.tracer?.flush();
      return result;
    }
    const job = JOBS.find((name): name is Job => name === event.job);
    if (job === undefined)
      throw new Error(`a job must be one of ${JOBS.join(', ')}, got: ${event.job}`);
    const done = await runJob(deps, job);
    deps.log('info', 'job done', { job, ...done });
    return done;
  };
}

/**
 * One after the other. Behind a message that fails, those of its group fail as well, because they would
 * overtake it; other groups go on.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
async function consume(
  deps: Dependencies,
  consumer: Consumer,
  { Records }: SqsEvent,
): Promise<SqsResult> {
  const failed: string[] = [];
  const held = new Set<string>();
  const recorded = await recordedOf(deps, consumer, Records);
  for (const [at, { messageId, body, attributes }] of Records.entries()) {
    const { MessageGroupId: group = messageId, MessageDeduplicationId: id = messageId } =
      attributes;
    try {
      if (!held.has(group)) {
        const message = recorded.messages[at] ?? parseMessage(body);
        await traced(deps, message, (trace) =>
          consumer.handle(message, { group, id, ...trace }, recorded.pages),
        );
        continue;
      }
    } catch (error) {
      deps.log('warn', 'a message will come again', { messageId, group, error });
      held.add(group);
    }
    failed.push(messageId);
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** Does it, and logs it with the trace that it came about in, where there is one. */
async function traced(
  { tracer, log }: Dependencies,
  message: WorkMessage,
  handle: (trace: Traced) => Promise<void>,
): Promise<void> {
  const trace = tracer?.ofMessage(message.trace);
  if (trace === undefined) {
    await handle({});
    return;
  }
  let failed = true;
  try {
    await handle({ trace: trace.id });
    failed = false;
  } finally {
    const { type } = message;
    const kind = type === 'event' ? message.kind : undefined;
    log('info', 'message', {
      type,
      kind,
      failed,
      ms: Date.now() - trace.startedMs,
      trace: trace.id,
    });
    tracer?.end(trace, {
      ...{ name: type, kind: 'message', failed },
      attributes: { 'messaging.system': 'aws_sqs', ...(kind !== undefined && { event: kind }) },
    });
  }
}

/** What can be done for all at once. Whatever goes wrong, goes wrong again with the message that it is of. */
async function recordedOf(
  deps: Dependencies,
  consumer: Consumer,
  records: SqsEvent['Records'],
): Promise<{ readonly messages: readonly (WorkMessage | undefined)[]; readonly pages: Recorded }> {
  const messages = records.map(({ body }) => {
    try {
      return parseMessage(body);
    } catch {
      return undefined;
    }
  });
  try {
    const known = messages.filter((message) => message !== undefined);
    return { messages, pages: await consumer.recordAll(known) };
  } catch (error) {
    deps.log('warn', 'a batch is recorded one by one', { error });
    return { messages, pages: new Map() };
  }
}
