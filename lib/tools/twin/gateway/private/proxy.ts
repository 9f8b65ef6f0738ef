import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { request as send } from 'node:http';
import { pipeline } from 'node:stream';

/** An exchange over which nothing comes for so long is given up, in milliseconds; ALB's default. */
export const IDLE_MS = 60_000;

/** A message up to this length is passed on in one piece. */
const SMALL_BYTES = 64 * 1024;

/** Where a request goes. */
export interface Upstream {
  readonly address: string;
  readonly port: number;
  readonly agent: Agent;
  /** Told of the status when an answer begins. */
  readonly onAnswer?: (status: number) => void;
}

/** Headers that concern one connection only; the body's framing is made anew. */
const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade']);

/** What came of it; `broken` where the answer had begun, or whoever asked has gone. */
export type Passed = 'answered' | 'refused' | 'timed out' | 'broken';

/**
 * Passes a request on and its answer back piece by piece, so that streams flow. Where nothing was
 * answered, the response is left to the caller.
 *
 * @param changed headers that replace those of the request, by name in lower case
 * @param added headers of the answer
 */
export function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { address, port, agent, onAnswer }: Upstream,
  changed: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
): Promise<Passed> {
  return new Promise((resolve) => {
    const onward = send({
      ...{ host: address, port, agent, method: request.method, path: request.url },
      headers: headersOf(request, changed),
    });
    onward.setTimeout(IDLE_MS, () => onward.destroy(new TimedOut()));
    onward.on('error', (error) => {
      request.unpipe(onward);
      if (response.headersSent || response.destroyed) resolve('broken');
      else resolve(error instanceof TimedOut ? 'timed out' : 'refused');
    });
    onward.once('response', (answer) => {
      onAnswer?.(answer.statusCode ?? 502);
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, [
        ...kept(answer.rawHeaders, (name) => !HOP.has(name) && name !== 'transfer-encoding'),
        ...Object.entries(added).flat(),
      ]);
      if (isSmall(answer)) {
        response.once('close', () => {
          resolve('broken');
        });
        whole(answer, response, resolve, (body) => {
          response.end(body, () => {
            resolve('answered');
          });
        });
        return;
      }
      response.flushHeaders();
      pipeline(answer, response, (error) => {
        resolve(error ? 'broken' : 'answered');
      });
    });
    endTogether(request, response, onward);
    if (isSmall(request)) whole(request, onward, resolve, (body) => onward.end(body));
    else request.pipe(onward);
  });
}

/** Whether it is soon over, by its own word: then it goes on in one piece with its headers. */
function isSmall({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return length !== undefined && Number(length) <= SMALL_BYTES;
}

/** Takes all of a message; where it ends early, so does whoever was to get it. */
function whole(
  message: IncomingMessage,
  sink: { destroy(): unknown },
  resolve: (passed: Passed) => void,
  done: (body: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.once('end', () => {
    done(Buffer.concat(chunks));
  });
  message.once('close', () => {
    if (message.complete) return;
    sink.destroy();
    resolve('broken');
  });
}

class TimedOut extends Error {}

/** Whoever asked may go at any time. */
function endTogether(
  request: IncomingMessage,
  response: ServerResponse,
  onward: ClientRequest,
): void {
  const gone = () => {
    if (!response.writableFinished) onward.destroy(new Error('whoever asked has gone'));
  };
  response.once('close', gone);
  request.once('error', gone);
}

/** Names and values in turn, so that repeated headers stay repeated and names keep their case. */
function headersOf(
  { rawHeaders }: IncomingMessage,
  changed: Readonly<Record<string, string>>,
): string[] {
  return [
    ...kept(rawHeaders, (name) => !HOP.has(name) && changed[name] === undefined),
    ...Object.entries(changed).flat(),
  ];
}

function kept(rawHeaders: readonly string[], keep: (name: string) => boolean): string[] {
  const headers: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    const value = rawHeaders[at + 1] ?? '';
    if (keep(name.toLowerCase())) headers.push(name, value);
  }
  return headers;
}
