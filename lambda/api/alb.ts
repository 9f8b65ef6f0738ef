import type { ALBEvent, ALBResult } from 'aws-lambda';
import type { Hono } from 'hono/tiny';
import type { Tracer } from '../platform/trace';

/**
 * Serves events of an Application Load Balancer. Hono's own adapter also knows four other event
 * sources, costs four times the CPU for each call, and leaves the package with Hono 5.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html
 *
 * @param tracer what it keeps is sent before the answer is given: the process may be frozen after
 */
export function albHandler(
  app: Hono,
  tracer?: Pick<Tracer, 'flush'>,
): (event: ALBEvent) => Promise<ALBResult> {
  return async (event) => {
    const result = await toResult(event, await respond(app, event));
    await tracer?.flush();
    return result;
  };
}

async function respond(app: Hono, event: ALBEvent): Promise<Response> {
  let request: Request;
  try {
    request = toRequest(event);
  } catch {
    // A host or method that is none: the load balancer lets through what it need not understand.
    return Response.json({ errors: { request: ['is malformed'] } }, { status: 400 });
  }
  return await app.fetch(request);
}

function toRequest(event: ALBEvent): Request {
  const headers = new Headers();
  for (const [name, values] of entriesOf(event.headers, event.multiValueHeaders))
    for (const value of values) headers.append(name, value);
  // Parameters come as they were sent: still percent-encoded.
  const query = entriesOf(event.queryStringParameters, event.multiValueQueryStringParameters)
    .flatMap(([name, values]) => values.map((value) => `${name}=${value}`))
    .join('&');
  const url = `https://${headers.get('host') ?? 'localhost'}${event.path}${query && `?${query}`}`;
  const { httpMethod: method, body, isBase64Encoded } = event;
  const hasBody = body !== null && body !== '' && method !== 'GET' && method !== 'HEAD';
  const content = hasBody && (isBase64Encoded ? Buffer.from(body, 'base64') : body);
  return new Request(url, { method, headers, ...(content !== false && { body: content }) });
}

/** Every answer of the application is text, or compressed text. */
async function toResult(event: ALBEvent, response: Response): Promise<ALBResult> {
  const headers = [...response.headers];
  const compressed = response.headers.has('content-encoding');
  const multiple = event.multiValueHeaders !== undefined;
  return {
    statusCode: response.status,
    isBase64Encoded: compressed,
    body: compressed
      ? Buffer.from(await response.arrayBuffer()).toString('base64')
      : await response.text(),
    // The target group either sends and wants lists of values, or single ones.
    ...(multiple
      ? { multiValueHeaders: Object.fromEntries(headers.map(([name, value]) => [name, [value]])) }
      : { headers: Object.fromEntries(headers) }),
  };
}

type Single = Readonly<Record<string, string | undefined>> | undefined;
type Multiple = Readonly<Record<string, readonly string[] | undefined>> | undefined;

/** Whichever of the two forms the target group is set to. */
function entriesOf(single: Single, multiple: Multiple): (readonly [string, readonly string[]])[] {
  if (multiple !== undefined)
    return Object.entries(multiple).map(([name, values]) => [name, values ?? []]);
  return Object.entries(single ?? {}).map(([name, value]) => [
    name,
    value === undefined ? [] : [value],
  ]);
}
