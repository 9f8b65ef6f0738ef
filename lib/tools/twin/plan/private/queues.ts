import type { AssemblyResource } from '../../../assembly';
import type { QueueConfig, WorkConfig } from '../../queues';
import type { LocalEnvironment } from './functions';
import { planFunction } from './functions';
import type { TemplateReader } from './reader';
import { raw } from './reader';

/** A Region's queues, and the functions that they and the scheduler call. */
export interface PlannedQueues {
  readonly queues: readonly QueueConfig[];
  readonly work: readonly WorkConfig[];
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };
/** However much time is compressed, in seconds. */
const SHORTEST_SECONDS = 1;

export function planQueues(
  reader: TemplateReader,
  region: string,
  local: LocalEnvironment,
): PlannedQueues {
  const scaled = (seconds: number) => Math.max(SHORTEST_SECONDS, seconds / local.timeScale);
  const queues = reader.resources('AWS::SQS::Queue', region).map((queue): QueueConfig => {
    const dead = deadLettersOf(reader, queue);
    const maxReceives = Number(reader.text(queue, 'RedrivePolicy', 'maxReceiveCount') ?? 0);
    return {
      name: nameOf(reader, queue),
      fifo: reader.text(queue, 'FifoQueue') === 'true',
      visibilitySeconds: scaled(Number(reader.text(queue, 'VisibilityTimeout') ?? 30)),
      retentionSeconds: Number(reader.text(queue, 'MessageRetentionPeriod') ?? 345_600),
      ...(dead !== undefined && { redrive: { queue: dead, maxReceives } }),
    };
  });
  return { queues, work: [...consumers(reader, region, local), ...jobs(reader, region, local)] };
}

/** Functions behind queues, by key. */
export function queuedFunctions(reader: TemplateReader): readonly AssemblyResource[] {
  const mapped = reader
    .resources('AWS::Lambda::EventSourceMapping')
    .map((mapping) => functionOf(reader, mapping, ['FunctionName']));
  const called = reader
    .resources('AWS::Scheduler::Schedule')
    .filter((schedule) => everySeconds(reader.text(schedule, 'ScheduleExpression')) !== undefined)
    .map((schedule) => functionOf(reader, schedule, ['Target', 'Arn']));
  return [...mapped, ...called].filter((found) => found !== undefined);
}

function consumers(
  reader: TemplateReader,
  region: string,
  local: LocalEnvironment,
): readonly WorkConfig[] {
  return reader.resources('AWS::Lambda::EventSourceMapping', region).flatMap((mapping) => {
    const of = functionOf(reader, mapping, ['FunctionName']);
    const arn = reader.needed(mapping, 'EventSourceArn');
    if (of === undefined || !arn.startsWith('arn:aws:sqs:')) return [];
    const batchSize = Number(reader.text(mapping, 'BatchSize') ?? 10);
    const queue = arn.slice(arn.lastIndexOf(':') + 1);
    return { of: planFunction(reader, of, local), queue, batchSize };
  });
}

/** On the twin's clock. One at a fixed hour is not called: the twin's day has no beginning. */
function jobs(
  reader: TemplateReader,
  region: string,
  local: LocalEnvironment,
): readonly WorkConfig[] {
  return reader.resources('AWS::Scheduler::Schedule', region).flatMap((schedule) => {
    const of = functionOf(reader, schedule, ['Target', 'Arn']);
    const seconds = everySeconds(reader.text(schedule, 'ScheduleExpression'));
    if (of === undefined || seconds === undefined) return [];
    const input: unknown = JSON.parse(reader.text(schedule, 'Target', 'Input') ?? '{}');
    const everyMs = Math.max(SHORTEST_SECONDS, seconds / local.timeScale) * 1_000;
    return { of: planFunction(reader, of, local), everyMs, input };
  });
}

function functionOf(
  reader: TemplateReader,
  resource: AssemblyResource,
  path: readonly string[],
): AssemblyResource | undefined {
  const found = reader.target(resource, raw(resource, path))?.resource;
  return found?.type === 'AWS::Lambda::Function' ? found : undefined;
}

function everySeconds(expression: string | undefined): number | undefined {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression ?? '') ?? [];
  const seconds = UNIT_SECONDS[unit];
  return seconds === undefined ? undefined : Number(count) * seconds;
}

function deadLettersOf(reader: TemplateReader, queue: AssemblyResource): string | undefined {
  const dead = raw(queue, ['RedrivePolicy', 'deadLetterTargetArn']);
  const found = reader.target(queue, dead)?.resource;
  return found === undefined ? undefined : nameOf(reader, found);
}

function nameOf(reader: TemplateReader, queue: AssemblyResource): string {
  return reader.text(queue, 'QueueName') ?? queue.logicalId;
}
