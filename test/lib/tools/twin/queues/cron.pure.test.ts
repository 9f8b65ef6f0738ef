import { Cron } from '../../../../../lib/tools/twin/queues';

/** The next times after 2026-11-28 21:52:29 UTC, a Saturday. */
function times(expression: string, count = 3, zone?: string): readonly string[] {
  const cron = new Cron(expression, zone);
  let at: number | undefined = Date.UTC(2026, 10, 28, 21, 52, 29);
  const found: string[] = [];
  while (found.length < count && (at = cron.next(at)) !== undefined) {
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

/** Of the user guide of EventBridge, with what it says of them. */
test.each([
  ['cron(0 10 * * ? *)', ['2026-11-29T10:00', '2026-11-30T10:00', '2026-12-01T10:00']],
  ['cron(15 12 * * ? *)', ['2026-11-29T12:15', '2026-11-30T12:15', '2026-12-01T12:15']],
  ['cron(0 18 ? * MON-FRI *)', ['2026-11-30T18:00', '2026-12-01T18:00', '2026-12-02T18:00']],
  ['cron(0 8 1 * ? *)', ['2026-12-01T08:00', '2027-01-01T08:00', '2027-02-01T08:00']],
  ['cron(0/15 * * * ? *)', ['2026-11-28T22:00', '2026-11-28T22:15', '2026-11-28T22:30']],
  ['cron(0/10 * ? * MON-FRI *)', ['2026-11-30T00:00', '2026-11-30T00:10', '2026-11-30T00:20']],
  ['cron(0/5 8-17 ? * MON-FRI *)', ['2026-11-30T08:00', '2026-11-30T08:05', '2026-11-30T08:10']],
  ['cron(0/30 20-2 ? * MON-FRI *)', ['2026-11-30T00:00', '2026-11-30T00:30', '2026-11-30T01:00']],
  ['cron(15 10 ? * 6L 2026-2027)', ['2026-12-25T10:15', '2027-01-29T10:15', '2027-02-26T10:15']],
  ['cron(0 9 ? * 2#1 *)', ['2026-12-07T09:00', '2027-01-04T09:00', '2027-02-01T09:00']],
  ['cron(0 0 3W * ? *)', ['2026-12-03T00:00', '2027-01-04T00:00', '2027-02-03T00:00']],
  ['cron(0 0 1W * ? *)', ['2026-12-01T00:00', '2027-01-01T00:00', '2027-02-01T00:00']],
  ['cron(0 0 L * ? *)', ['2026-11-30T00:00', '2026-12-31T00:00', '2027-01-31T00:00']],
  ['cron(0 0 ? * L *)', ['2026-12-05T00:00', '2026-12-12T00:00', '2026-12-19T00:00']],
  ['cron(0 0 29 2 ? *)', ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00']],
  ['cron(59 23 31 DEC ? 2026)', ['2026-12-31T23:59']],
] as const)('%s is due at its times', (expression, expected) => {
  expect(times(expression)).toEqual(expected);
});

test('a time zone has its own hours, and an hour that clocks leave out is left out', () => {
  expect(times('cron(30 2 28 3 ? *)', 2, 'Europe/Berlin')).toEqual([
    '2028-03-28T00:30',
    '2029-03-28T00:30',
  ]);
  expect(times('cron(0 3 * * ? *)', 1, 'Asia/Tokyo')).toEqual(['2026-11-29T18:00']);
});

test('an hour that clocks show twice is due once', () => {
  expect(times('cron(30 2 ? 10 1L *)', 2, 'Europe/Berlin')).toEqual([
    '2027-10-31T00:30',
    '2028-10-29T00:30',
  ]);
});

test.each([
  ['cron(* * * * *)', 'six fields'],
  ['cron(60 24 * * ? *)', 'minutes must be of 0 to 59, got: 60; hours must be of 0 to 23, got: 24'],
  ['cron(0 0 * * * *)', 'one of day of the month and day of the week must be "?"'],
  ['cron(0 0 ? * ? *)', 'one of day of the month and day of the week must be "?"'],
  ['cron(0 0 ? * 8 *)', 'day of the week must be of 1 to 7, got: 8'],
  ['cron(0/0 0 ? * 1 *)', 'minutes must be of 0 to 59, got: 0/0'],
])('%s is refused by what is wrong with it', (expression, words) => {
  expect(() => new Cron(expression)).toThrow(words);
});

test('a time zone that nobody knows is refused', () => {
  expect(() => new Cron('cron(0 0 * * ? *)', 'Mars/Olympus')).toThrow('Mars/Olympus');
});
