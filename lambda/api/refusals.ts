import type { ServerResponse } from 'node:http';
import type { RequestError } from '../platform/errors';
import { REGION_HEADER } from '../platform/forward';
import { Tally } from './admit';
import { flat } from './copies';
import { CORS_HEADERS } from './cors';
import type { Dependencies } from './dependencies';

/** What goes out, ready: names and values of headers in turns. */
interface Prepared {
  readonly headers: string[];
  readonly body: string;
  /** All of it, as it goes over a connection. */
  readonly whole: string;
}

/**
 * Answers what is too much, in the application's words. Three times what a server can bear are two refusals
 * for each answer: what they cost is lost to what is answered, so that their bytes are made once, and a line of
 * the log tells those of a second.
 */
export class Refusals {
  private readonly prepared = new WeakMap<RequestError, Prepared>();
  private readonly told: Tally;

  constructor(private readonly deps: Pick<Dependencies, 'log' | 'region'>) {
    this.told = new Tally(deps.log, 'warn', 'requests refused');
  }

  /** @param error of {@link overloaded}, the same one for the same words */
  send(response: ServerResponse, error: RequestError): void {
    const { headers, body } = this.prepared.get(error) ?? this.prepare(error);
    response.writeHead(503, headers);
    response.end(body, 'latin1');
    this.told.note();
  }

  /** All that is to be written to a connection, as `latin1`. */
  text(error: RequestError): string {
    const { whole } = this.prepared.get(error) ?? this.prepare(error);
    this.told.note();
    return whole;
  }

  private prepare(error: RequestError): Prepared {
    const bytes = Buffer.from(JSON.stringify({ errors: error.errors }));
    const all = {
      ...headersOf(this.deps, error),
      ...{ 'content-type': 'application/json', 'content-length': String(bytes.length) },
    };
    const body = bytes.toString('latin1');
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    const whole = `HTTP/1.1 503 Service Unavailable\r\n${lines.join('')}\r\n${body}`;
    const prepared = { headers: flat(all), body, whole };
    this.prepared.set(error, prepared);
    return prepared;
  }
}

/** Those that every answer has, and those of an error. */
export function headersOf(
  { region }: Pick<Dependencies, 'region'>,
  { retryAfterSeconds }: RequestError,
): Readonly<Record<string, string>> {
  return {
    ...{ [REGION_HEADER]: region, ...CORS_HEADERS },
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  };
}
