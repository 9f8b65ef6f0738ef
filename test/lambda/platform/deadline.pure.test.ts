import { Deadline, LONGEST_MS } from '../../../lambda/platform/deadline';

function clock() {
  const time = { ms: 1_000, now: () => time.ms };
  return time;
}

test('what is left of a deadline gets less, and never less than nothing', () => {
  const time = clock();
  const deadline = new Deadline(400, time.now);
  expect(deadline.leftMs).toBe(400);
  time.ms += 300;
  expect(deadline.leftMs).toBe(100);
  deadline.demand();
  time.ms += 300;
  expect(deadline.leftMs).toBe(0);
  expect(() => {
    deadline.demand();
  }).toThrow(expect.objectContaining({ status: 503, retryAfterSeconds: 1 }) as Error);
});

test('nobody has a request worked on for longer than the longest', () => {
  const time = clock();
  expect(new Deadline(undefined, time.now).leftMs).toBe(LONGEST_MS);
  expect(new Deadline(LONGEST_MS + 1, time.now).leftMs).toBe(LONGEST_MS);
});
