import type { IncomingMessage, ServerResponse } from 'node:http';

/** Ends the host by which AWS's own clients know the data plane of key-value stores. */
const HOST = '.cloudfront-kvs.global.api.aws';
const PATH = /^\/key-value-stores\/[^/]+\/keys\/([^/?]+)$/;
const MOST_BYTES = 2048;

/**
 * The key-value store of the edge's function: reads, puts and deletes of one key, told from viewers'
 * requests by the host. It asks for no signature and keeps no versions.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-kvp.html
 */
export class KeyValues {
  public readonly values = new Map<string, string>();

  /** Whether a request is for the store; it is answered then. */
  public async serve(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (!(request.headers.host ?? '').split(':', 1)[0]?.endsWith(HOST)) return false;
    const key = PATH.exec(decodeURIComponent(request.url ?? ''))?.[1];
    const [status, body] =
      key === undefined
        ? [400, { Message: 'the path must be /key-value-stores/ARN/keys/KEY' }]
        : await this.answer(request, key);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
    return true;
  }

  private async answer(
    request: IncomingMessage,
    key: string,
  ): Promise<readonly [status: number, body: object]> {
    switch (request.method) {
      case 'GET': {
        const Value = this.values.get(key);
        return Value === undefined
          ? [404, { Message: `no key ${key}` }]
          : [200, { Key: key, Value }];
      }
      case 'DELETE':
        this.values.delete(key);
        return [200, { ItemCount: this.values.size }];
      case 'PUT': {
        const value = valueOf(await textOf(request));
        if (value === undefined) return [400, { Message: 'the body must be {"Value": "text"}' }];
        this.values.set(key, value);
        return [200, { ItemCount: this.values.size }];
      }
      default:
        return [405, { Message: 'GET, PUT or DELETE' }];
    }
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_BYTES) return '';
  }
  return text;
}

function valueOf(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const value = (body as { readonly Value?: unknown } | null)?.Value;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
