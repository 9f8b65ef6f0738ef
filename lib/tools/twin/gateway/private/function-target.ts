import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FunctionGroupConfig } from '..';
import { COMPUTE_HEADER } from '..';
import type { Target } from './answers';
import { failure, traceId, write } from './answers';
import type { FunctionVersions } from './versions';
import type { HttpResponse } from './translate';
import { fromResult, PAYLOAD_LIMIT, toEvent } from './translate';

/** A target group of one function: requests become events, as a load balancer makes them. */
export class FunctionTarget implements Target {
  public constructor(
    private readonly group: FunctionGroupConfig,
    private readonly pool: FunctionVersions,
    private readonly port: number,
  ) {}

  public async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader(COMPUTE_HEADER, 'lambda');
    write(response, request.method ?? 'GET', await this.answer(request, response));
  }

  private async answer(request: IncomingMessage, to: ServerResponse): Promise<HttpResponse> {
    const { group, pool, port } = this;
    const body = await readBody(request);
    if (body === undefined) return failure(413, 'Request Entity Too Large');
    const event = toEvent(
      {
        method: request.method ?? 'GET',
        target: request.url ?? '/',
        rawHeaders: request.rawHeaders,
        body,
        clientAddress: request.socket.remoteAddress ?? '',
        port,
        traceId: traceId(),
      },
      group,
    );
    const outcome = await pool.invoke(event, () => to.destroyed);
    if (outcome.kind === 'failed') console.error(`${group.function}: ${outcome.reason}`);
    const response =
      outcome.kind === 'result' ? fromResult(outcome.value, group.multiValueHeaders) : undefined;
    return response ?? failure(502, 'Bad Gateway');
  }
}

/** @returns undefined where the body is larger than a function may get */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= PAYLOAD_LIMIT) chunks.push(chunk);
    // Far above the limit nobody waits for the answer: the connection is cut.
    if (length > 8 * PAYLOAD_LIMIT) break;
  }
  return length > PAYLOAD_LIMIT ? undefined : Buffer.concat(chunks);
}
