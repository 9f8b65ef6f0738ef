import { mkdtempSync, rmSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Route } from '../../../../../lib/tools/twin/link';
import { PERFECT, startLink, Switchboard } from '../../../../../lib/tools/twin/link';
import { choosePort } from '../../../../../lib/tools/twin/processes';

const ADDRESS = '127.0.9.1';

let directory: string;
let target: Server;
/** Sockets at the far end. */
let arrived: Socket[];
let received: string;
let routes: readonly Route[];
let board: Switchboard;
let link: Awaited<ReturnType<typeof startLink>>;

async function open(delayMs: number): Promise<void> {
  target = createServer({ allowHalfOpen: true }, (socket) => {
    arrived.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString();
      socket.write(chunk);
    });
    socket.on('end', () => socket.end());
  });
  const port = await choosePort(ADDRESS, 0);
  await new Promise<void>((ready) => target.listen(port, ADDRESS, ready));
  const listen = { address: ADDRESS, port: await choosePort(ADDRESS, 0) };
  const common = { kind: 'requests' as const, target: { address: ADDRESS, port }, delayMs };
  const other = { address: ADDRESS, port: await choosePort(ADDRESS, 0) };
  routes = [
    { from: 'one', to: 'two', listen, ...common },
    { from: 'two', to: 'three', listen: other, ...common },
  ];
  board = Switchboard.create(join(directory, 'switchboard'), routes.length);
  link = await startLink({ routes, switchboard: join(directory, 'switchboard') });
}

interface Client {
  readonly socket: Socket;
  readonly text: () => string;
  readonly closed: Promise<string>;
}

function client(route: number): Client {
  const { address, port } = routes[route]!.listen;
  const socket = connect(port, address);
  let text = '';
  let code = 'end';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => (code = error.code ?? 'error'));
  const closed = new Promise<string>((tell) => {
    socket.once('close', () => {
      tell(code);
    });
  });
  return { socket, text: () => text, closed };
}

/** From the word to its echo, in milliseconds; the connection is given up. */
async function pingMs({ socket }: Client): Promise<number> {
  const started = performance.now();
  socket.write('ping');
  await new Promise((tell) => socket.once('data', tell));
  socket.destroy();
  return performance.now() - started;
}

const touches = (region: string) => (route: Route) => route.from === region || route.to === region;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'meridian-link-'));
  arrived = [];
  received = '';
});
afterEach(async () => {
  await link.close();
  for (const socket of arrived) socket.destroy();
  target.close();
  board.close();
  rmSync(directory, { recursive: true });
});

describe('the link', () => {
  test('passes everything on in its order, and the end', async () => {
    await open(0);
    const { socket, text, closed } = client(0);
    const sent = Array.from({ length: 2_000 }, (_, at) => `${at} ${'x'.repeat(at % 97)};`);
    for (const part of sent) socket.write(part);
    socket.end();
    expect(await closed).toBe('end');
    expect(text()).toBe(sent.join(''));
    await sleep(20);
    expect(await link.answer?.('connections', null)).toEqual([0, 0]);
  });

  test('does so too where the receiver is slow and the line is long', async () => {
    await open(15);
    const { socket, text, closed } = client(0);
    const megabytes = Buffer.alloc(12 * 1024 * 1024, 'ab');
    socket.pause();
    socket.write(megabytes);
    socket.end();
    setTimeout(() => socket.resume(), 200);
    expect(await closed).toBe('end');
    expect(text().length).toBe(megabytes.length);
  });

  test.each([30, 120])('takes %d ms each way', async (delayMs) => {
    await open(delayMs);
    const { socket } = client(0);
    // Until the connection is made over that distance.
    await sleep(2 * delayMs + 100);
    const started = performance.now();
    socket.write('ping');
    await new Promise((tell) => socket.once('data', tell));
    const took = performance.now() - started;
    expect(took).toBeGreaterThanOrEqual(2 * delayMs);
    expect(took).toBeLessThan(2 * delayMs + 150);
    socket.destroy();
  });

  test('takes a round trip more where the connection is new, whoever speaks first', async () => {
    await open(60);
    let heard = 0;
    target.once('connection', (socket: Socket) =>
      socket.once('data', () => (heard = performance.now())),
    );
    const asked = performance.now();
    expect(await pingMs(client(0))).toBeGreaterThanOrEqual(4 * 60 - 5);
    // Not sooner, and with the answer held back instead.
    expect(heard - asked).toBeGreaterThanOrEqual(3 * 60 - 5);
    target.once('connection', (socket: Socket) => socket.write('hello'));
    const started = performance.now();
    const { socket } = client(0);
    await new Promise((tell) => socket.once('data', tell));
    expect(performance.now() - started).toBeGreaterThanOrEqual(4 * 60 - 5);
    socket.destroy();
  });

  test('takes another time from now on where it is told to, and keeps the order', async () => {
    await open(0);
    const { socket, text } = client(0);
    await sleep(20);
    await link.answer?.('qualities', [{ ...PERFECT, delayMs: 150 }]);
    const started = performance.now();
    socket.write('slow');
    await sleep(30);
    await link.answer?.('qualities', []);
    socket.write('quick');
    await new Promise((tell) => socket.once('data', tell));
    expect(performance.now() - started).toBeGreaterThanOrEqual(150);
    await sleep(30);
    expect([received, text()]).toEqual(['slowquick', 'slowquick']);
    socket.destroy();
  });

  test('takes longer for some than for others where it has jitter', async () => {
    await open(0);
    await link.answer?.('qualities', [{ ...PERFECT, delayMs: 20, jitterMs: 200 }]);
    const took = await Promise.all(Array.from({ length: 20 }, () => pingMs(client(0))));
    expect(Math.min(...took)).toBeGreaterThanOrEqual(40);
    expect(Math.max(...took)).toBeGreaterThanOrEqual(200);
  });

  test('shows loss as pauses, and everything arrives', async () => {
    await open(0);
    await link.answer?.('qualities', [{ ...PERFECT, loss: 0.3 }]);
    const took = await Promise.all(Array.from({ length: 20 }, () => pingMs(client(0))));
    expect(Math.max(...took)).toBeGreaterThanOrEqual(200);
    expect(received).toBe('ping'.repeat(20));
  });

  test('is no wider than it is set, in each direction, for all connections together', async () => {
    await open(0);
    const wide = { ...PERFECT, bytesPerSecond: 1_000_000 };
    await link.answer?.('qualities', [wide, PERFECT]);
    const started = performance.now();
    const clients = [client(0), client(0)];
    for (const { socket } of clients) socket.end(Buffer.alloc(300_000, 'ab'));
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual(['end', 'end']);
    expect(performance.now() - started).toBeGreaterThanOrEqual(550);
    expect(clients.map(({ text }) => text().length)).toEqual([300_000, 300_000]);
  });

  test('is silent from the instant of a cut: what is under way never arrives', async () => {
    await open(60);
    const { socket, text } = client(0);
    socket.write('before');
    await sleep(450);
    expect(received).toBe('before');
    socket.write('under way');
    await sleep(20);
    board.set(routes, true, touches('one'));
    socket.write('after');
    await sleep(250);
    expect([received, text(), socket.destroyed]).toEqual(['before', 'before', false]);
    const late = client(0);
    late.socket.write('late');
    await sleep(100);
    expect([received, late.socket.destroyed]).toEqual(['before', false]);
    late.socket.destroy();
    socket.destroy();
  });

  test('cuts only the Region that it is told to', async () => {
    await open(0);
    const [cut, whole] = [client(0), client(1)];
    board.set(routes, true, touches('one'));
    cut.socket.write('lost');
    whole.socket.write('kept');
    await sleep(150);
    expect([cut.text(), whole.text()]).toEqual(['', 'kept']);
    cut.socket.destroy();
    whole.socket.destroy();
  });

  test('resets after a heal what had lived through the cut, and lets new connections through', async () => {
    await open(0);
    const old = client(0);
    old.socket.write('one');
    await sleep(60);
    board.set(routes, true, touches('one'));
    old.socket.write('two');
    await sleep(60);
    board.set(routes, false, touches('one'));
    expect(await old.closed).toBe('ECONNRESET');
    const fresh = client(0);
    fresh.socket.write('three');
    await new Promise((tell) => fresh.socket.once('data', tell));
    expect(received).toBe('onethree');
    fresh.socket.destroy();
  });

  test('loses what was under way even where the cut was shorter than a look', async () => {
    await open(60);
    const { socket, closed } = client(0);
    socket.write('one');
    await sleep(20);
    board.set(routes, true, touches('one'));
    board.set(routes, false, touches('one'));
    expect(await closed).toBe('ECONNRESET');
    await sleep(100);
    expect(received).toBe('');
    socket.destroy();
  });

  test('hangs up where nobody listens at the far end', async () => {
    await open(0);
    target.close();
    expect(await client(0).closed).toBe('ECONNRESET');
  });
});
