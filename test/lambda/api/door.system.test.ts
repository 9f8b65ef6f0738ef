import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Door } from '../../../lambda/api/door';

const REFUSED = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 7\r\n\r\nrefused';

/** A server that answers with what it was asked; `refusing` is the door's. */
async function startServer() {
  const state = { refusing: false, parsed: 0, delayMs: 0 };
  const door = new Door(() => (state.refusing ? REFUSED : undefined));
  const server: Server = createServer((request, response) => {
    state.parsed += 1;
    door.begun(request, response);
    door.watch(request.socket);
    request.resume();
    request.on('end', () => {
      const text = `${request.method} ${request.url}`;
      const say = () => response.end(text);
      if (state.delayMs === 0) say();
      else setTimeout(say, state.delayMs);
    });
  });
  server.on('upgrade', (_, socket) => {
    socket.on('data', (chunk: Buffer) => socket.write(`told ${chunk.toString()}`));
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: test\r\nconnection: upgrade\r\n\r\n',
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { state, server, port: (server.address() as AddressInfo).port };
}

type Running = Awaited<ReturnType<typeof startServer>>;

class Client {
  private text = '';
  private readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => (this.text += chunk.toString('latin1')));
    this.socket.on('error', () => undefined);
  }

  /** What comes after these bytes until it is quiet for a while, without heads. */
  async say(...parts: readonly string[]): Promise<string> {
    this.text = '';
    for (const part of parts) {
      this.socket.write(part, 'latin1');
      await pause(40);
    }
    await pause(60);
    return this.text.replace(/HTTP\/1\.1 (\d+)[^]*?\r\n\r\n/g, '[$1]').replace(/\r\n\d*\r\n/g, '');
  }

  close(): void {
    this.socket.destroy();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

const get = (url: string, ...headers: readonly string[]) =>
  [`GET ${url} HTTP/1.1`, 'host: it', ...headers, '', ''].join('\r\n');

let running: Running;
let client: Client;

beforeEach(async () => {
  running = await startServer();
  client = new Client(running.port);
  // The first is watched from its answer on, by the second it is proven where the parser is.
  for (const url of ['/1', '/2']) await client.say(get(url));
  running.state.refusing = true;
  running.state.parsed = 0;
});

afterEach(() => {
  client.close();
  running.server.closeAllConnections();
  running.server.close();
});

test('a plain read is refused without being parsed, as often as it comes', async () => {
  for (let turn = 0; turn < 3; turn += 1)
    expect(await client.say(get('/api/a?b=c', 'connection: keep-alive'))).toBe('[503]refused');
  expect(running.state.parsed).toBe(0);
  running.state.refusing = false;
  expect(await client.say(get('/3'))).toMatch(/^\[200\]GET \/3/);
});

test('to find that bytes are no plain read takes no time to speak of', async () => {
  const lines = Array.from({ length: 500 }, (_, n) => `x-${n}:  y`);
  const began = performance.now();
  expect(await client.say(get('/long', ...lines, 'content-length: 0'))).toBe('[200]GET /long');
  expect(performance.now() - began).toBeLessThan(2_000);
});

test.each([
  ['a body', 'POST /w HTTP/1.1\r\nhost: it\r\ncontent-length: 2\r\n\r\n{}', '[200]POST /w'],
  ['a length', get('/l', 'Content-Length: 0'), '[200]GET /l'],
  ['chunks', get('/c', 'transfer-encoding: chunked') + '0\r\n\r\n', '[200]GET /c'],
  ['a name that ends in a blank', get('/b', 'content-length : 0'), '[400]'],
  ['a folded line', get('/f', 'x: y', ' content-length: 0'), '[400]'],
  ['its end', get('/e', 'connection: close'), '[200]GET /e'],
  ['another version', 'GET /o HTTP/1.0\r\nhost: it\r\n\r\n', '[200]GET /o'],
  ['two at once', get('/p') + get('/q'), '[200]GET /p[200]GET /q'],
])('what comes with %s is the parser’s', async (_, bytes, expected) => {
  expect(await client.say(bytes)).toMatch(expected);
});

test('what comes in pieces is the parser’s, also where a piece looks like a request', async () => {
  const answer = await client.say('GET /whole HTTP/1.1\r\nhost: it\r\nx: ', get('/piece'));
  expect(answer).toBe('[200]GET /whole');
});

test('a piece that looks like the whole request proves nothing', async () => {
  const other = new Client(running.port);
  running.state.refusing = false;
  const half = 'GET /piece HTTP/1.1\r\nhost: it\r\nx: ';
  // The parser has half a request when it is watched; with the piece, it is one of more headers than the piece has.
  await other.say(get('/1') + half, get('/piece'));
  running.state.refusing = true;
  expect(await other.say(get('/next'))).toMatch(/^\[200\]GET \/next/);
  other.close();
});

test('a request behind one whose answer is not ready is answered after it', async () => {
  running.state.refusing = false;
  running.state.delayMs = 80;
  const first = client.say(get('/slow'), '', '');
  await pause(20);
  running.state.refusing = true;
  const second = client.say(get('/behind'), '', '', '');
  await first;
  expect(await second).toMatch(/\[200\]GET \/slow.*\[200\]GET \/behind/s);
});

test('a connection that becomes another protocol’s is left alone', async () => {
  const upgrade = get('/up', 'connection: upgrade', 'upgrade: test');
  expect(await client.say(upgrade)).toBe('[101]');
  expect(await client.say(get('/not-http'))).toContain('told GET /not-http');
});
