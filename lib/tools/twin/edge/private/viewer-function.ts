import { createContext, runInContext } from 'node:vm';

export type ViewerOutcome =
  | { readonly kind: 'request'; readonly uri: string }
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

export type ViewerFunction = (method: string, uri: string) => ViewerOutcome;

/** Longest run of a function in milliseconds; CloudFront allows less than one. */
const LIMIT_MS = 50;

/**
 * Runs a CloudFront function on viewer requests, as far as it looks at the method and the path.
 * It is the deployment's own code: the context keeps it apart, it is no guard against malice.
 */
export function compileViewerFunction(code: string): ViewerFunction {
  const context = createContext({});
  runInContext(code, context, { timeout: LIMIT_MS });
  return (method, uri) => {
    const event = { request: { method, uri, querystring: {}, headers: {}, cookies: {} } };
    const call = `JSON.stringify(handler(${JSON.stringify(event)}))`;
    const outcome = JSON.parse(String(runInContext(call, context, { timeout: LIMIT_MS }))) as {
      readonly uri?: string;
      readonly statusCode?: number;
      readonly headers?: Readonly<Record<string, { readonly value: string }>>;
      readonly body?: string | { readonly data?: string };
    };
    if (outcome.statusCode === undefined) return { kind: 'request', uri: outcome.uri ?? uri };
    const headers = Object.entries(outcome.headers ?? {}).map(([name, { value }]) => [name, value]);
    const { body = '' } = outcome;
    return {
      kind: 'response',
      status: outcome.statusCode,
      headers: Object.fromEntries(headers) as Record<string, string>,
      body: typeof body === 'string' ? body : (body.data ?? ''),
    };
  };
}
