import * as http from 'node:http';
import * as https from 'node:https';

export interface HttpCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Until the whole answer has come, in milliseconds. */
  readonly timeoutMs: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** The answer did not come in time: whether the request was carried out is not known. */
export class HttpTimeout extends Error {
  public override readonly name = 'HttpTimeout';
}

/** No connection came about, or it broke. */
export class HttpBroken extends Error {
  public override readonly name = 'HttpBroken';
}

const AGENT = { keepAlive: true, maxSockets: 256, scheduling: 'lifo' } as const;
const agents = { 'http:': new http.Agent(AGENT), 'https:': new https.Agent(AGENT) } as const;

/**
 * One request over connections that are kept: half the CPU of `fetch`. Follows no redirection.
 *
 * @throws HttpTimeout, HttpBroken
 */
export function callHttp({ method, url, headers, body, timeoutMs }: HttpCall): Promise<HttpReply> {
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const options = {
      method,
      agent: agents[secure ? 'https:' : 'http:'],
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    };
    const outgoing = (secure ? https : http).request(url, options);
    const timer = setTimeout(() => {
      reject(new HttpTimeout(`no answer within ${timeoutMs} ms`));
      outgoing.destroy();
    }, timeoutMs);
    const broken = (error: unknown) => {
      clearTimeout(timer);
      reject(new HttpBroken(String(error), { cause: error }));
    };
    outgoing.once('error', broken);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', broken);
      incoming.once('end', () => {
        clearTimeout(timer);
        const { statusCode: status = 0, headers: received } = incoming;
        resolve({ status, headers: received, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.end(body);
  });
}
