import type { Field, Special } from './cron-fields';
import { readFields } from './cron-fields';
import { ZoneClock } from './zone-clock';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Four years hold a 29th of February; a century's turn may lack one. */
const MOST_DAYS = 366 * 9;

/** When a schedule is due, by the calendar of a time zone. */
export class Cron {
  private readonly fields: readonly Field[];
  private readonly clock: ZoneClock;

  /**
   * @param expression `cron(minutes hours day-of-month month day-of-week year)`
   * @param timeZone such as Europe/Berlin
   * @throws Error naming each field that is none, or the zone
   */
  public constructor(expression: string, timeZone = 'UTC') {
    this.fields = readFields(expression);
    this.clock = new ZoneClock(timeZone);
  }

  /**
   * @param after milliseconds since 1970
   * @returns the first time after it; undefined where there is none in nine years
   */
  public next(after: number): number | undefined {
    const wall = this.clock.wallOf(after);
    const [minutes, hours] = this.fields;
    if (minutes === undefined || hours === undefined) return undefined;
    const first = wall - (wall % DAY_MS);
    for (let day = first; day <= first + MOST_DAYS * DAY_MS; day += DAY_MS) {
      if (!this.allowsDay(new Date(day))) continue;
      for (const hour of ordered(hours)) {
        for (const minute of ordered(minutes)) {
          const found = this.clock.instantOf(day + (hour * 60 + minute) * MINUTE_MS);
          if (found !== undefined && found > after) return found;
        }
      }
    }
    return undefined;
  }

  private allowsDay(date: Date): boolean {
    const [, , day, month, weekday, year] = this.fields;
    if (!month?.values.has(date.getUTCMonth() + 1)) return false;
    if (!year?.values.has(date.getUTCFullYear())) return false;
    if (day !== undefined && !day.open) return allows(day, date.getUTCDate(), date);
    return weekday !== undefined && allows(weekday, date.getUTCDay() + 1, date);
  }
}

function ordered({ values }: Field): readonly number[] {
  return [...values].sort((one, other) => one - other);
}

function allows({ values, specials }: Field, value: number, date: Date): boolean {
  return values.has(value) || specials.some((special) => isSpecial(special, date));
}

function isSpecial(special: Special, date: Date): boolean {
  const day = date.getUTCDate();
  const weekday = date.getUTCDay() + 1;
  const last = lastDayOf(date);
  switch (special.kind) {
    case 'last':
      if (special.weekday === undefined) return day === last;
      return weekday === special.weekday && day > last - 7;
    case 'nth':
      return weekday === special.weekday && Math.ceil(day / 7) === special.nth;
    case 'nearest':
      return day === nearestWeekday(special.day, date);
  }
}

/** From Monday to Friday, in the same month. */
function nearestWeekday(wanted: number, date: Date): number | undefined {
  const last = lastDayOf(date);
  if (wanted > last) return undefined;
  const at = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted));
  if (at.getUTCDay() === 6) return wanted === 1 ? 3 : wanted - 1;
  if (at.getUTCDay() === 0) return wanted === last ? wanted - 2 : wanted + 1;
  return wanted;
}

function lastDayOf(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
