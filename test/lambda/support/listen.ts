import { connect } from 'node:net';
import type { Frame } from '../../../lambda/live/frames';
import type { Served } from './client';

export interface Listening {
  /** Of articles, or `-` for what is gone, in the order of their coming. */
  readonly titles: string[];
  readonly kinds: string[];
  cursor: string;
  /** Milliseconds that the server asked to wait. */
  reconnectAfterMs: number | undefined;
  ended: Promise<void>;
  stop(): void;
}

interface Event {
  readonly type: string;
  readonly article?: { readonly title: string };
}

/** Resolves when the server says that it is ready. */
export async function overSse(
  region: Pick<Served, 'url'>,
  authorization: string,
  after?: string,
): Promise<Listening> {
  const abort = new AbortController();
  const response = await fetch(`${region.url}/api/stream`, {
    headers: { authorization, ...(after !== undefined && { 'last-event-id': after }) },
    signal: abort.signal,
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const listening = start(() => {
    abort.abort();
  });
  const ended = read(response, listening);
  await until(() => listening.kinds.includes('ready'));
  return Object.assign(listening, { ended });
}

async function read(response: Response, listening: Listening): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        take(listening, text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  } catch {
    // Stopped by the test.
  }
}

function take(listening: Listening, block: string): void {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  const kind = fields.get('event');
  if (kind === undefined) return;
  if (kind === 'reconnect')
    listening.reconnectAfterMs = (
      JSON.parse(fields.get('data') ?? '{}') as { afterMs: number }
    ).afterMs;
  hear(listening, kind, fields.get('id'), JSON.parse(fields.get('data') ?? '{}') as Event);
}

function hear(listening: Listening, kind: string, cursor: string | undefined, event: Event): void {
  if (cursor !== undefined) listening.cursor = cursor;
  if (kind === 'article' || kind === 'event') listening.titles.push(event.article?.title ?? '-');
  listening.kinds.push(kind);
}

function start(stop: () => void): Listening {
  return {
    titles: [],
    kinds: [],
    cursor: '',
    reconnectAfterMs: undefined,
    ended: Promise.resolve(),
    stop,
  };
}

/** A minimal client of RFC 6455. */
export async function overWebSocket(
  region: Pick<Served, 'url'>,
  authorization: string,
  after?: string,
): Promise<Listening & { readonly protocol: string }> {
  const url = new URL(region.url);
  const socket = connect(Number(url.port), url.hostname);
  const token = authorization.split(' ')[1] ?? '';
  const listening = start(() => socket.destroy());
  const ended = new Promise<void>((resolve) =>
    socket.once('close', () => {
      resolve();
    }),
  );
  let unread = Buffer.alloc(0);
  let head = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    if (head === '') {
      const end = unread.indexOf('\r\n\r\n');
      if (end < 0) return;
      head = unread.subarray(0, end).toString();
      unread = unread.subarray(end + 4);
    }
    for (let frame = frameOf(unread); frame !== undefined; frame = frameOf(unread)) {
      unread = unread.subarray(frame.size);
      // Whoever does not answer a ping is gone.
      if (frame.opcode === 9) socket.write(PONG);
      if (frame.opcode !== 1) continue;
      const message = JSON.parse(frame.payload.toString()) as {
        kind: string;
        cursor?: string;
        event?: Event;
        afterMs?: number;
      };
      if (message.afterMs !== undefined) listening.reconnectAfterMs = message.afterMs;
      hear(listening, message.kind, message.cursor, message.event ?? { type: '' });
    }
  });
  const query = after === undefined ? '' : `?after=${after}`;
  socket.write(
    `GET /api/ws${query} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      `sec-websocket-protocol: meridian.feed, token.${token}\r\n\r\n`,
  );
  await until(() => listening.kinds.includes('ready') || (head !== '' && !head.includes(' 101 ')));
  if (!head.includes(' 101 ')) throw new Error(head);
  return Object.assign(listening, {
    ended,
    protocol: /sec-websocket-protocol: (.*)/.exec(head)?.[1] ?? '',
  });
}

/** Of a client, which masks: with zeros, nothing. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** Of a server, which does not mask. */
function frameOf(buffer: Buffer): Frame | undefined {
  if (buffer.length < 2) return undefined;
  const long = (buffer[1]! & 0x7f) === 126;
  const at = long ? 4 : 2;
  const size = long ? buffer.readUInt16BE(2) : buffer[1]! & 0x7f;
  if (buffer.length < at + size) return undefined;
  const payload = buffer.subarray(at, at + size);
  return { opcode: buffer[0]! & 0x0f, payload, size: at + size };
}

export async function until(condition: () => boolean, longestMs = 15_000): Promise<void> {
  const deadline = Date.now() + longestMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come about in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
