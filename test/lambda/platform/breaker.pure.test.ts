import { Breaker } from '../../../lambda/platform/breaker';

function breaker() {
  const clock = { now: 0 };
  return {
    clock,
    gate: new Breaker(
      () => clock.now,
      () => 0.5,
    ),
  };
}

test('attempts go through until one fails, then none for a second', () => {
  const { clock, gate } = breaker();
  expect([gate.admit(), gate.admit()]).toEqual([true, true]);
  gate.failed();
  clock.now = 999;
  expect([gate.open, gate.admit()]).toEqual([true, false]);
  clock.now = 1_000;
  expect(gate.admit()).toBe(true);
});

test('while one attempt is made after the pause, no other is', () => {
  const { clock, gate } = breaker();
  gate.failed();
  clock.now = 1_000;
  expect([gate.admit(), gate.admit()]).toEqual([true, false]);
  gate.succeeded();
  expect([gate.open, gate.admit(), gate.admit()]).toEqual([false, true, true]);
});

test('pauses double up to ten seconds, and begin anew after a success', () => {
  const { clock, gate } = breaker();
  const pauses = [1_000, 2_000, 4_000, 8_000, 10_000, 10_000].map((pause) => {
    gate.failed();
    clock.now += pause - 1;
    const early = gate.admit();
    clock.now += 1;
    return !early && gate.admit();
  });
  expect(pauses).toEqual(pauses.map(() => true));
  gate.succeeded();
  gate.failed();
  clock.now += 1_000;
  expect(gate.admit()).toBe(true);
});

test('a hundred failures at once count as one', () => {
  const { clock, gate } = breaker();
  for (let n = 0; n < 100; n += 1) gate.failed();
  clock.now = 1_000;
  expect(gate.admit()).toBe(true);
});

test('an attempt that was not made after all leaves the next one its turn', () => {
  const { clock, gate } = breaker();
  gate.admit();
  gate.untold();
  expect([gate.open, gate.admit()]).toEqual([false, true]);
  gate.failed();
  clock.now = 1_000;
  expect([gate.admit(), gate.admit()]).toEqual([true, false]);
  gate.untold();
  expect([gate.open, gate.admit(), gate.admit()]).toEqual([true, true, false]);
});
