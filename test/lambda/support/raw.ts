import { connect } from 'node:net';

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
