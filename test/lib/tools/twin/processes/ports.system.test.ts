import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { choosePort, hasAddress, holdPorts } from '../../../../../lib/tools/twin/processes';

const ADDRESS = '127.0.9.7';
const held = [holdPorts(), holdPorts()];
afterEach(() => {
  for (const one of held) one.release();
});

test('of many who choose at once, everybody gets another port', async () => {
  const preferred = await choosePort(ADDRESS, 0);
  const chosen = await Promise.all(
    Array.from({ length: 40 }, (_, at) => held[at % 2]!.hold(ADDRESS, preferred)),
  );
  expect(new Set(chosen).size).toBe(40);
  expect(chosen.filter((it) => it === preferred)).toHaveLength(1);
});

test('a port that somebody holds is chosen by nobody else, until it is released', async () => {
  const port = await held[0]!.hold(ADDRESS, 0);
  expect(await held[1]!.hold(ADDRESS, port)).not.toBe(port);
  expect(await choosePort(ADDRESS, port)).not.toBe(port);
  held[0]!.release();
  expect(await held[1]!.hold(ADDRESS, port)).toBe(port);
});

test('a port on which somebody listens is not chosen', async () => {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, ADDRESS, ready));
  const { port } = server.address() as { port: number };
  expect(await held[0]!.hold(ADDRESS, port)).not.toBe(port);
  server.close();
});

test('what a killed process held is free again', async () => {
  const script = `
    require('tsx/cjs');
    const { holdPorts } = require('./lib/tools/twin/processes');
    holdPorts().hold('${ADDRESS}', 0).then((port) => {
      console.log(port);
      setInterval(() => undefined, 1000);
    });`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((tell) => child.once('exit', tell));
  const port = await new Promise<number>((tell) => {
    child.stdout.once('data', (text: Buffer) => {
      tell(Number(text));
    });
  });
  expect(await held[0]!.hold(ADDRESS, port)).not.toBe(port);
  child.kill('SIGKILL');
  await ended;
  expect(await held[1]!.hold(ADDRESS, port)).toBe(port);
}, 60_000);

test('an address that this machine lacks is told from one that it has', async () => {
  expect(await hasAddress('127.0.0.1')).toBe(true);
  // Of the network for documentation: nobody has it.
  expect(await hasAddress('192.0.2.1')).toBe(false);
});
