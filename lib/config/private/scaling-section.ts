import type { Scaling, Schedule, Spot } from '../compute';
import type { Field, Properties, Rule } from './field';
import { integer, oneOf, text } from './rules';

/** Servers of a Region: what scaling stays between. */
export interface Bounds {
  readonly fewest: number;
  readonly most: number;
}

const CPU: Rule<number | false> = {
  allowed: 'a whole number of 10 to 90, or false',
  accepts: (value): value is number | false =>
    value === false || (Number.isSafeInteger(value) && Number(value) >= 10 && Number(value) <= 90),
};
export const SWITCH: Rule<boolean> = {
  allowed: 'true or false',
  accepts: (value): value is boolean => typeof value === 'boolean',
};
const QUEUE = text(/^[\w-]{1,80}(\.fifo)?$/, 'the name of an SQS queue');
const DAY = '(?:SUN|MON|TUE|WED|THU|FRI|SAT)';
/** What Auto Scaling of instances and of tasks both understand: names of days, not their numbers. */
const CRON_FORM = new RegExp(
  `^[\\d*,/-]+ [\\d*,/-]+ ([\\d*,/-]+) [\\d*,/-]+ (\\*|${DAY}(?:[,-]${DAY})*)$`,
);
const CRON: Rule<string> = {
  allowed:
    'minute, hour, day of the month, month and day of the week, one of the days `*`, those of the ' +
    'week by name, such as "0 8 * * MON-FRI"',
  accepts: (value): value is string => {
    const [, ofMonth, ofWeek] = CRON_FORM.exec(typeof value === 'string' ? value : '') ?? [];
    return ofMonth === '*' || ofWeek === '*';
  },
};
const ZONE = text(/^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/, 'a time zone such as "Europe/Berlin"');
const SCHEDULE_NAME = /^[a-z][a-z0-9-]{0,31}$/;
/** CPU, in per cent, at which servers are added. */
const CPU_PERCENT = 50;
const MOST_STEPS = 19;

const FORECAST = oneOf<'forecast-only' | 'forecast-and-scale'>([
  'forecast-only',
  'forecast-and-scale',
]);

const SCALING = ['cpuPercent', 'requests', 'queueAge', 'steps', 'schedules', 'predictive'];

const NO_REQUESTS: Rule<false> = {
  allowed: 'false: only an application load balancer counts the requests of each server',
  accepts: (value): value is false => value === false,
};

/**
 * How servers are scaled, with every default.
 *
 * @param counted whether the load balancer counts the requests of each server
 */
export function readScaling(field: Field | undefined, bounds: Bounds, counted = true): Scaling {
  const at = field?.present === true ? field.properties(SCALING) : undefined;
  const cpu = at?.('cpuPercent').optional(CPU, CPU_PERCENT) ?? CPU_PERCENT;
  const read: Scaling = {
    cpuPercent: cpu === false ? undefined : cpu,
    requests:
      at?.('requests').optional<boolean>(counted ? SWITCH : NO_REQUESTS, counted) ?? counted,
    queueAge: readQueueAge(at?.('queueAge')),
    steps: readSteps(at?.('steps')),
    schedules: readSchedules(at?.('schedules'), bounds),
    predictive: readPredictive(at?.('predictive')),
  };
  const reacts = read.cpuPercent !== undefined || read.requests || read.steps.length > 0;
  if (!reacts && read.queueAge === undefined) {
    field?.reject('`cpuPercent`, `requests`, `queueAge` or `steps`', 'no policy that adds servers');
  }
  return read;
}

function readQueueAge(field: Field | undefined): Scaling['queueAge'] {
  if (field?.present !== true) return undefined;
  const at = field.properties(['queue', 'seconds']);
  return (
    at && {
      queue: at('queue').require(QUEUE, ''),
      seconds: at('seconds').require(integer(1, 86_400), 1),
    }
  );
}

function readPredictive(field: Field | undefined): Scaling['predictive'] {
  if (field?.present !== true) return undefined;
  return field.require(FORECAST, 'forecast-only');
}

function readSteps(field: Field | undefined): Scaling['steps'] {
  if (field?.present !== true) return [];
  const allowed = `a list of 1 to ${MOST_STEPS} steps, each \`aboveCpuPercent\` above the one before`;
  const items = field.list(allowed) ?? [];
  const steps = items.map((item) => {
    const at = item.properties(['aboveCpuPercent', 'addPercent']);
    return {
      aboveCpuPercent: at?.('aboveCpuPercent').require(integer(1, 99), 1) ?? 1,
      addPercent: at?.('addPercent').require(integer(1, 1000), 1) ?? 1,
    };
  });
  const ascends = steps.every(
    ({ aboveCpuPercent }, index) => aboveCpuPercent > (steps[index - 1]?.aboveCpuPercent ?? 0),
  );
  if (steps.length === 0 || steps.length > MOST_STEPS || !ascends) {
    field.reject(allowed, `${steps.length} steps`);
  }
  return steps;
}

function readSchedules(field: Field | undefined, bounds: Bounds): readonly Schedule[] {
  if (field?.present !== true) return [];
  return (field.map('schedule') ?? []).map(([name, schedule]) => {
    if (!SCHEDULE_NAME.test(name)) {
      schedule.reject(
        'a name of at most 32 lower-case letters, digits and hyphens',
        'another name',
      );
    }
    const at = schedule.properties(['cron', 'timeZone', 'min', 'max']);
    return { name, ...readSchedule(at, bounds) };
  });
}

function readSchedule(
  at: Properties | undefined,
  { fewest, most }: Bounds,
): Omit<Schedule, 'name'> {
  const least: Rule<number> = {
    allowed: `a whole number from ${fewest}, which carry the demand without one Region and one zone, to ${most}`,
    accepts: integer(fewest, most).accepts,
  };
  const min = at?.('min').require(least, fewest) ?? fewest;
  return {
    cron: at?.('cron').require(CRON, '0 0 * * *') ?? '0 0 * * *',
    timeZone: at?.('timeZone').optional(ZONE, 'UTC') ?? 'UTC',
    min,
    max: at?.('max').optional(integer(min, Number.MAX_SAFE_INTEGER), Math.max(most, min)) ?? most,
  };
}

/** Which servers may be taken back; the fewest are on demand unless a floor is declared. */
export function readSpot(field: Field | undefined, { fewest, most }: Bounds): Spot | undefined {
  if (field?.present !== true) return undefined;
  const at = field.properties(['onDemandFloor', 'percent']);
  return {
    onDemandFloor: at?.('onDemandFloor').optional(integer(0, most), fewest) ?? fewest,
    percent: at?.('percent').optional(integer(1, 100), 100) ?? 100,
  };
}
