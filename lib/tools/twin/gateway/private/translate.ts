/**
 * Translation between HTTP and the events that an Application Load Balancer gives a Lambda target:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */

/** Largest request body, and largest response of the function, in bytes. */
export const PAYLOAD_LIMIT = 1024 * 1024;

export interface HttpRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly clientAddress: string;
  readonly port: number;
  readonly traceId: string;
}

export interface AlbEvent {
  readonly requestContext: { readonly elb: { readonly targetGroupArn: string } };
  readonly httpMethod: string;
  readonly path: string;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

type Lists = Record<string, string[]>;

export function toEvent(
  request: HttpRequest,
  targetGroup: { readonly arn: string; readonly multiValueHeaders: boolean },
): AlbEvent {
  const at = request.target.indexOf('?');
  const path = at < 0 ? request.target : request.target.slice(0, at);
  const query = queryLists(at < 0 ? '' : request.target.slice(at + 1));
  const headers = headerLists(request);
  const text = isText(headers);
  return {
    requestContext: { elb: { targetGroupArn: targetGroup.arn } },
    httpMethod: request.method,
    path,
    ...(targetGroup.multiValueHeaders
      ? { multiValueQueryStringParameters: query, multiValueHeaders: headers }
      : { queryStringParameters: lastOf(query), headers: lastOf(headers) }),
    body: request.body.toString(text ? 'utf8' : 'base64'),
    isBase64Encoded: !text && request.body.length > 0,
  };
}

/** Query parameters stay encoded: a load balancer does not decode them for a function. */
function queryLists(query: string): Lists {
  const lists: Lists = {};
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    (lists[name] ??= []).push(at < 0 ? '' : pair.slice(at + 1));
  }
  return lists;
}

function headerLists(request: HttpRequest): Lists {
  const lists: Lists = {};
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    const name = (request.rawHeaders[at] ?? '').toLowerCase();
    if (name === 'connection' || name === 'transfer-encoding') continue;
    (lists[name] ??= []).push(request.rawHeaders[at + 1] ?? '');
  }
  const hops = [...(lists['x-forwarded-for'] ?? []), request.clientAddress];
  lists['x-forwarded-for'] = [hops.join(', ')];
  lists['x-forwarded-port'] ??= [String(request.port)];
  lists['x-forwarded-proto'] ??= ['http'];
  lists['x-amzn-trace-id'] ??= [request.traceId];
  return lists;
}

function lastOf(lists: Lists): Record<string, string> {
  return Object.fromEntries(
    Object.entries(lists).map(([name, values]) => [name, values.at(-1) ?? '']),
  );
}

/** Bodies of these types go as text, all others and compressed ones in base64. */
function isText(headers: Lists): boolean {
  if (headers['content-encoding'] !== undefined) return false;
  const type = headers['content-type']?.[0]?.toLowerCase() ?? '';
  return /^(text\/|application\/(json|javascript|xml))/.test(type);
}

/** @returns undefined where the load balancer would answer 502: not a response, or too large */
export function fromResult(result: unknown, multiValueHeaders: boolean): HttpResponse | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const {
    statusCode,
    headers,
    multiValueHeaders: lists,
    body,
    isBase64Encoded,
  } = result as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  if (Buffer.byteLength(JSON.stringify(result)) > PAYLOAD_LIMIT) return undefined;
  // With the attribute set, a load balancer reads the lists only; without it, the plain ones only.
  const source = multiValueHeaders ? lists : headers;
  return {
    status,
    headers: responseHeaders(source),
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** The load balancer sets these itself. */
const OWN = new Set(['connection', 'transfer-encoding', 'content-length', 'keep-alive']);

function responseHeaders(source: unknown): Record<string, string | readonly string[]> {
  if (typeof source !== 'object' || source === null) return {};
  return Object.fromEntries(
    Object.entries(source as Record<string, unknown>).flatMap(([name, value]) => {
      if (OWN.has(name.toLowerCase()) || value === undefined || value === null) return [];
      return [[name, Array.isArray(value) ? value.map(String) : plain(value)]];
    }),
  );
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
