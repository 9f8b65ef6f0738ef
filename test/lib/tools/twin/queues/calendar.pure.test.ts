import { Calendar, Cron, dueTimes } from '../../../../../lib/tools/twin/queues';

const FROM = Date.UTC(2026, 10, 28, 21, 52, 30);
const HOUR_MS = 3_600_000;

test('a day passes in as much less time as the clock is faster, from this date on', () => {
  const calendar = new Calendar(new Cron('cron(0 22 * * ? *)'), { timeScale: 60, from: FROM });
  expect(calendar.wait(FROM)).toBe(7_500);
  // The timer rang early: the next time is that of the day after.
  expect(calendar.wait(FROM + 7_400)).toBe((24 * HOUR_MS) / 60 + 100);
});

test('times that passed while a call lasted are left out, and nothing is called twice a second', () => {
  const calendar = new Calendar(new Cron('cron(* * * * ? *)'), { timeScale: 600, from: FROM });
  expect(calendar.wait(FROM)).toBe(1_000);
  expect(calendar.wait(FROM + 60_000)).toBe(1_000);
});

test('what is never due again is waited for no more', () => {
  const past = new Calendar(new Cron('cron(0 0 1 1 ? 2025)'), { timeScale: 1, from: FROM });
  expect(past.wait(FROM)).toBeUndefined();
});

test('what one timer cannot wait for is asked for again', () => {
  const calendar = new Calendar(new Cron('cron(0 0 1 6 ? *)'), { timeScale: 1, from: FROM });
  const first = calendar.wait(FROM) ?? 0;
  expect(calendar.wait(FROM + HOUR_MS)).toBe(first - HOUR_MS);
});

test('one date is waited for once, by the clocks of its zone', () => {
  const times = dueTimes('at(2026-11-29T07:00:00)', 'Asia/Tokyo');
  const calendar = new Calendar(times, { timeScale: 60, from: FROM });
  expect(calendar.wait(FROM)).toBe(7_500);
  expect(calendar.wait(FROM + 7_500)).toBeUndefined();
});

test.each(['at(2026-02-30T00:00:00)', 'at(2026-11-29)', 'at(2026-11-29T24:00:00)', 'at()'])(
  '%s is no date, and is refused',
  (expression) => {
    expect(() => dueTimes(expression)).toThrow(
      `a schedule must be at(yyyy-mm-ddThh:mm:ss), got: ${expression}`,
    );
  },
);

test('a time that a change of clocks leaves out never comes', () => {
  expect(dueTimes('at(2027-03-28T02:30:00)', 'Europe/Berlin').next(FROM)).toBeUndefined();
});
