import { Processor } from '../../../lambda/platform/processor';

function spin(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until;);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

test('a process is busy while its event loop is hardly ever without work', async () => {
  const processor = new Processor();
  for (let turn = 0; turn < 12; turn += 1) {
    spin(20);
    await new Promise((done) => setImmediate(done));
  }
  expect(processor.isBusy).toBe(true);
  await pause(300);
  expect(processor.isBusy).toBe(false);
});

test('what it says counts for a window', async () => {
  const clock = { ms: 0 };
  const processor = new Processor(() => clock.ms);
  spin(50);
  expect(processor.isBusy).toBe(false);
  clock.ms += 100;
  expect(processor.isBusy).toBe(true);
  await pause(200);
  expect(processor.isBusy).toBe(true);
  clock.ms += 100;
  expect(processor.isBusy).toBe(false);
});
