import { RetryBudget } from '../../../lambda/platform/retry-budget';

test('where every request fails, retries add a tenth, beyond the few that are saved up', () => {
  const budget = new RetryBudget();
  let retries = 0;
  for (let request = 0; request < 1_000; request += 1) {
    budget.request();
    // Each may be tried twice more.
    for (let attempt = 0; attempt < 2; attempt += 1) if (budget.take()) retries += 1;
  }
  expect(retries).toBeGreaterThanOrEqual(100);
  expect(retries).toBeLessThanOrEqual(110);
});

test('who saves up less sends less again where all fails at once', () => {
  const budget = new RetryBudget(3);
  const taken = Array.from({ length: 20 }, () => budget.take()).filter((it) => it).length;
  expect(taken).toBe(3);
});

test('some failures now and then are all tried again', () => {
  const budget = new RetryBudget();
  for (let request = 0; request < 1_000; request += 1) {
    budget.request();
    if (request % 20 === 0) expect(budget.take()).toBe(true);
  }
});
