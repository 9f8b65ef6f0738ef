import { createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Dependencies } from '../api/dependencies';
import { demandViewer } from '../api/incoming';
import { demandOrigin, ORIGIN_HEADER } from '../api/origin';
import { RequestError, toRequestError } from '../platform/errors';
import { parseCursor } from './cursor';
import { closePayload, encodeFrame, OPCODES, parseFrame } from './frames';
import type { FeedHub } from './hub';
import { watchSession } from './session-watch';
import type { Message, Subscription } from './subscription';

export const WEBSOCKET_PATH = '/api/ws';
/** What the client and the server speak. */
export const PROTOCOL = 'meridian.feed';
/** A browser cannot set headers here: its token comes as a second protocol, `token.TOKEN`. */
const TOKEN_PREFIX = 'token.';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Bytes that a slow client may leave unread; then it has to come again. */
const MOST_UNREAD = 1_000_000;
/** Close codes: https://www.iana.org/assignments/websocket/websocket.xhtml */
const CLOSE = { protocol: 1002, policy: 1008, restart: 1012, later: 1013 } as const;

/**
 * `GET /api/ws?after=CURSOR`, upgraded: the same events as `/api/stream`, each message a JSON object with
 * `kind`, `cursor` and `event`. What a client says is not listened to.
 */
export function acceptWebSockets(server: Server, deps: Dependencies, hub: FeedHub): void {
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => socket.destroy());
    accept(request, socket, deps, hub).catch((error: unknown) => {
      refuse(socket, toRequestError(error) ?? new RequestError(500, { server: ['failed'] }));
    });
  });
}

async function accept(
  request: IncomingMessage,
  socket: Socket,
  deps: Dependencies,
  hub: FeedHub,
): Promise<void> {
  const { demandedOrigin } = deps;
  const origin = request.headers[ORIGIN_HEADER]?.toString();
  if (demandedOrigin !== undefined) await demandOrigin(origin, demandedOrigin);
  // As it came: what a client writes there need not be an address.
  const [path, ...query] = (request.url ?? '').split('?');
  const { 'sec-websocket-key': key, 'sec-websocket-protocol': offered = '' } = request.headers;
  if (path !== WEBSOCKET_PATH) throw new RequestError(404, { path: ['not found'] });
  if (key === undefined || request.headers['sec-websocket-version'] !== '13')
    throw new RequestError(400, { upgrade: ['must be a WebSocket of version 13'] });
  const protocols = offered.split(',').map((protocol) => protocol.trim());
  const token = protocols.find((protocol) => protocol.startsWith(TOKEN_PREFIX));
  const authorization =
    request.headers.authorization ??
    (token === undefined ? '' : `Token ${token.slice(TOKEN_PREFIX.length)}`);
  const viewer = await demandViewer(authorization, false, deps);
  const asked = new URLSearchParams(query.join('?'));
  const after = parseCursor(asked.get('after') ?? undefined);
  const demandSession = () => demandViewer(authorization, false, deps);
  const connection = new Connection(socket, hub.heartbeatMs, demandSession);
  const subscription = await hub.subscribe(viewer.userId, after, (message) => {
    connection.send(message);
  });
  connection.open(key, protocols.includes(PROTOCOL), subscription);
}

function refuse(socket: Socket, { status, errors, retryAfterSeconds }: RequestError): void {
  const body = JSON.stringify({ errors });
  const retry = retryAfterSeconds === undefined ? '' : `retry-after: ${retryAfterSeconds}\r\n`;
  socket.end(
    `HTTP/1.1 ${status} Refused\r\ncontent-type: application/json\r\nconnection: close\r\n${retry}` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

class Connection {
  private readonly early: Message[] = [];
  private unread: Buffer = Buffer.alloc(0);
  private subscription: Subscription | undefined;
  private heard = true;

  constructor(
    private readonly socket: Socket,
    private readonly heartbeatMs: number,
    private readonly demandSession: () => Promise<unknown>,
  ) {}

  open(key: string, named: boolean, subscription: Subscription): void {
    this.subscription = subscription;
    const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
    this.socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
        `sec-websocket-accept: ${accept}\r\n` +
        `${named ? `sec-websocket-protocol: ${PROTOCOL}\r\n` : ''}\r\n`,
    );
    const watch = watchSession(this.demandSession, () => {
      this.close(CLOSE.policy, 'the session is over');
    });
    const pings = setInterval(() => {
      if (!this.heard) this.socket.destroy();
      this.heard = false;
      this.socket.write(encodeFrame(OPCODES.ping, Buffer.alloc(0)));
      watch();
    }, this.heartbeatMs);
    this.socket.setTimeout(0);
    this.socket.setNoDelay(true);
    this.socket.on('close', () => {
      clearInterval(pings);
      subscription.close();
    });
    // Sockets of an HTTP server stay half open otherwise.
    this.socket.on('end', () => this.socket.end());
    this.socket.on('data', (chunk: Buffer) => {
      this.hear(chunk);
    });
    for (const message of this.early.splice(0)) this.send(message);
  }

  send(message: Message): void {
    if (this.subscription === undefined) {
      this.early.push(message);
      return;
    }
    if (message.kind === 'reconnect') {
      this.write(JSON.stringify(message));
      this.close(CLOSE.restart, 'come again');
      return;
    }
    const { kind, cursor, data } = message;
    this.write(`{"kind":"${kind}","cursor":${JSON.stringify(cursor)},"event":${data}}`);
    if (this.socket.writableLength > MOST_UNREAD) this.close(CLOSE.later, 'too slow');
  }

  private write(text: string): void {
    this.socket.write(encodeFrame(OPCODES.text, Buffer.from(text)));
  }

  private hear(chunk: Buffer): void {
    this.heard = true;
    this.unread = Buffer.concat([this.unread, chunk]);
    for (;;) {
      const frame = parseFrame(this.unread);
      if (frame === undefined) return;
      if (frame === 'broken') {
        this.close(CLOSE.protocol, 'not understood');
        return;
      }
      this.unread = this.unread.subarray(frame.size);
      if (frame.opcode === OPCODES.ping)
        this.socket.write(encodeFrame(OPCODES.pong, frame.payload));
      if (frame.opcode === OPCODES.close) {
        this.socket.end(encodeFrame(OPCODES.close, frame.payload.subarray(0, 2)));
        return;
      }
    }
  }

  private close(code: number, reason: string): void {
    this.subscription?.close();
    this.socket.end(encodeFrame(OPCODES.close, closePayload(code, reason)));
    // A client that does not answer keeps nothing open.
    setTimeout(() => this.socket.destroy(), 2_000).unref();
  }
}
