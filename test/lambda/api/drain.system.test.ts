import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drain, keepAlive } from '../../../lambda/api/drain';
import { Lifecycle } from '../../../lambda/api/lifecycle';

const agent = new Agent({ keepAlive: true });
let server: Server;
let lifecycle: Lifecycle;
let port: number;

beforeEach(async () => {
  lifecycle = new Lifecycle();
  server = createServer((request, response) => {
    const answer = () => response.end(lifecycle.draining ? 'draining' : 'serving');
    if (request.url === '/slow') setTimeout(answer, 600);
    else if (request.url !== '/never') answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

afterAll(() => {
  agent.destroy();
});

interface Answer {
  readonly connection: string | undefined;
  readonly text: string;
}

function ask(path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, (response: IncomingMessage) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => {
        resolve({ connection: response.headers.connection, text });
      });
      response.on('error', reject);
    }).on('error', reject);
  });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('idle connections outlive those of the load balancer, which keeps them for 60 s', () => {
  keepAlive(server);
  expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
  expect(server.headersTimeout).toBeGreaterThan(server.keepAliveTimeout);
});

test('who is connected is told to go, and served until the grace is over', async () => {
  expect((await ask('/')).connection).toBe('keep-alive');
  const slow = ask('/slow');
  await pause(50);
  const draining = drain(server, lifecycle, { graceMs: 300, deadlineMs: 5_000 });
  await pause(50);
  expect(await ask('/')).toEqual({ connection: 'close', text: 'draining' });
  await pause(350);
  await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  // What was running before has its answer.
  expect((await slow).text).toBe('draining');
  expect(await draining).toBe(true);
});

test('with nobody connected there is nothing to wait for', async () => {
  const started = Date.now();
  expect(await drain(server, lifecycle, { graceMs: 5_000, deadlineMs: 10_000 })).toBe(true);
  expect(Date.now() - started).toBeLessThan(500);
});

test('what does not end is cut off at the deadline', async () => {
  const never = ask('/never');
  never.catch(() => undefined);
  await pause(50);
  const started = Date.now();
  expect(await drain(server, lifecycle, { graceMs: 100, deadlineMs: 400 })).toBe(false);
  expect(Date.now() - started).toBeGreaterThanOrEqual(390);
  await expect(never).rejects.toThrow();
});
