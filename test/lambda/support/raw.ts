import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface RawAnswer {
  /** 0 where the connection was closed without an answer. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

const LONGEST_WAIT_MS = 20_000;

/** Sends bytes as they are, which no HTTP client would, and gives what comes back until the connection ends. */
export function overSocket(url: string, text: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let said = '';
    const timer = setTimeout(() => socket.destroy(new Error('no answer')), LONGEST_WAIT_MS);
    const answer = () => {
      const [head = '', ...rest] = said.split('\r\n\r\n');
      const status = Number(/^HTTP\/1.1 (\d{3}) /.exec(head)?.[1] ?? 0);
      const body = rest.join('\r\n\r\n');
      return { status, head, body };
    };
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      // What is told as it happens has no end.
      if (/text\/event-stream|^HTTP\/1.1 101 /.test(answer().head)) socket.end();
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer());
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return;
      clearTimeout(timer);
      reject(error);
    });
    socket.write(text, 'latin1');
  });
}

export function headerOf({ head }: RawAnswer, name: string): string | null {
  const lines = head.split('\r\n').map((line) => line.split(/: ?/));
  return lines.find(([key]) => key?.toLowerCase() === name)?.[1] ?? null;
}

/** Its JSON, however it was cut and packed; `{}` where it has no body. */
export function jsonOf(answer: RawAnswer): unknown {
  const chunked = headerOf(answer, 'transfer-encoding') === 'chunked';
  const bytes = Buffer.from(chunked ? joinedChunks(answer.body) : answer.body, 'latin1');
  const packed = headerOf(answer, 'content-encoding') === 'gzip';
  const text = (packed ? gunzipSync(bytes) : bytes).toString();
  return JSON.parse(text === '' ? '{}' : text);
}

function joinedChunks(text: string): string {
  const [size = ''] = text.split('\r\n', 1);
  const length = parseInt(size, 16);
  if (!(length > 0)) return '';
  const begin = size.length + 2;
  return text.slice(begin, begin + length) + joinedChunks(text.slice(begin + length + 2));
}
