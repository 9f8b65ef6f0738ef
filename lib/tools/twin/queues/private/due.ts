import { Cron } from './cron';
import { ZoneClock } from './zone-clock';

/** The times of a schedule. */
export interface Due {
  /**
   * @param after milliseconds since 1970
   * @returns the first time after it; undefined where there is none
   */
  readonly next: (after: number) => number | undefined;
}

const ONCE = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/;

/**
 * When a schedule of EventBridge is due, by the calendar of a time zone.
 *
 * @param expression `cron(…)`, or `at(yyyy-mm-ddThh:mm:ss)` for once
 * @throws Error naming what is wrong with it, or the zone
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function dueTimes(expression: string, timeZone = 'UTC'): Due {
  if (!expression.startsWith('at(')) return new Cron(expression, timeZone);
  const text = ONCE.exec(expression)?.[1] ?? '';
  const wall = Date.parse(`${text}Z`);
  // A date that rolls over, such as the 31st of April, is none.
  if (!Number.isFinite(wall) || !new Date(wall).toISOString().startsWith(text)) {
    throw new Error(`a schedule must be at(yyyy-mm-ddThh:mm:ss), got: ${expression}`);
  }
  const once = new ZoneClock(timeZone).instantOf(wall);
  return { next: (after) => (once !== undefined && once > after ? once : undefined) };
}
