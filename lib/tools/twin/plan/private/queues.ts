import type { AssemblyResource } from '../../../assembly';
import type { CalendarTimes, QueueConfig, WorkConfig } from '../../queues';
import { dueTimes } from '../../queues';
import type { LocalEnvironment } from './functions';
import { planFunction } from './functions';
import type { TemplateReader } from './reader';
import { asList, PlanError, raw } from './reader';

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
    .filter((schedule) => timesOf(reader, schedule, 1) !== undefined)
    .map((schedule) => calledBy(reader, schedule));
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

/** On the twin's clock, whose calendar begins with this machine's date. */
function jobs(
  reader: TemplateReader,
  region: string,
  local: LocalEnvironment,
): readonly WorkConfig[] {
  return reader.resources('AWS::Scheduler::Schedule', region).flatMap((schedule) => {
    const of = calledBy(reader, schedule);
    const times = timesOf(reader, schedule, local.timeScale);
    if (of === undefined || times === undefined) return [];
    const input: unknown = JSON.parse(reader.text(schedule, 'Target', 'Input') ?? '{}');
    return { of: planFunction(reader, of, local), ...times, input };
  });
}

type Times = { readonly everyMs: number } | { readonly at: CalendarTimes };

/** Undefined for another kind of expression. @throws PlanError for a `cron` or an `at` that is none */
function timesOf(
  reader: TemplateReader,
  schedule: AssemblyResource,
  timeScale: number,
): Times | undefined {
  const expression = reader.text(schedule, 'ScheduleExpression') ?? '';
  const seconds = everySeconds(expression);
  if (seconds !== undefined) {
    return { everyMs: Math.max(SHORTEST_SECONDS, seconds / timeScale) * 1_000 };
  }
  if (!/^(cron|at)\(/.test(expression)) return undefined;
  const timeZone = reader.text(schedule, 'ScheduleExpressionTimezone') ?? 'UTC';
  try {
    dueTimes(expression, timeZone);
  } catch (error) {
    throw new PlanError(schedule.key, error instanceof Error ? error.message : String(error));
  }
  return { at: { expression, timeZone, timeScale } };
}

/** Neither what looks after backups, of which none are taken here, nor canaries, which ask public names. */
function calledBy(
  reader: TemplateReader,
  schedule: AssemblyResource,
): AssemblyResource | undefined {
  const found = functionOf(reader, schedule, ['Target', 'Arn']);
  if (found === undefined || asksForBackups(reader, found) || isCanary(reader, found))
    return undefined;
  return found;
}

function isCanary(reader: TemplateReader, of: AssemblyResource): boolean {
  const namespace = reader.text(of, 'Environment', 'Variables', 'NAMESPACE');
  return namespace?.endsWith('/Canary') === true;
}

function asksForBackups(reader: TemplateReader, of: AssemblyResource): boolean {
  const role = reader.target(of, raw(of, ['Role']))?.resource;
  return reader.resources('AWS::IAM::Policy', of.stack.region).some((policy) => {
    const roles = asList(raw(policy, ['Roles'])).map((it) => reader.target(policy, it)?.resource);
    return (
      roles.includes(role) && JSON.stringify(raw(policy, ['PolicyDocument'])).includes('"backup:')
    );
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
