import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpResponse } from './translate';

/** Behind a listener's rule: takes a request to its end. */
export interface Target {
  serve(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Headers that a load balancer adds to what it passes on; those that it gets already it extends. */
export function forwardedHeaders(
  { headers, socket }: IncomingMessage,
  port: number,
): Readonly<Record<string, string>> {
  const one = (name: string) => headers[name]?.toString();
  const hops = [...(one('x-forwarded-for') ?? '').split(', '), socket.remoteAddress ?? ''];
  return {
    'x-forwarded-for': hops.filter((hop) => hop !== '').join(', '),
    'x-forwarded-port': one('x-forwarded-port') ?? String(port),
    'x-forwarded-proto': one('x-forwarded-proto') ?? 'http',
    'x-amzn-trace-id': one('x-amzn-trace-id') ?? traceId(),
  };
}

export function traceId(): string {
  const seconds = Math.trunc(Date.now() / 1000).toString(16);
  // Made of a stock of random bytes: drawn anew for each request they were a twentieth of its cost here.
  return `Root=1-${seconds}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
}

export function write(response: ServerResponse, method: string, answer: HttpResponse): void {
  if (response.destroyed) return;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  const bodyless = method === 'HEAD' || answer.status === 204 || answer.status === 304;
  if (!bodyless) response.setHeader('content-length', answer.body.length);
  response.writeHead(answer.status);
  response.end(bodyless ? undefined : answer.body);
}

/** The load balancer's own pages are HTML. */
export function failure(status: number, words: string): HttpResponse {
  const title = `${status} ${words}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from(body) };
}
