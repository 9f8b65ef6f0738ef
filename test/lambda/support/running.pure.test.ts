import { Running } from './running';

const stopped: string[] = [];
const stop = (name: string) => {
  stopped.push(name);
};
beforeEach(() => {
  stopped.length = 0;
});

test('what was started is stopped in reverse, and once', async () => {
  const running = new Running();
  for (const name of ['first', 'second']) await running.add(Promise.resolve(name), stop);
  await running.stop();
  await running.stop();
  expect(stopped).toEqual(['second', 'first']);
});

test('where one of two does not start, the slower other is stopped all the same', async () => {
  const running = new Running();
  const starts = [
    () => Promise.reject(new Error('no port')),
    () => new Promise<string>((resolve) => setTimeout(resolve, 20, 'slow')),
  ];
  await expect(running.addBoth(() => starts.shift()!(), stop)).rejects.toThrow('no port');
  await running.stop();
  expect(stopped).toEqual(['slow']);
});

test('one that does not stop keeps no other from stopping, and is told', async () => {
  const running = new Running();
  await running.add(Promise.resolve('first'), stop);
  running.push(() => Promise.reject(new Error('stuck')));
  await expect(running.stop()).rejects.toThrow('not everything stopped');
  expect(stopped).toEqual(['first']);
});
