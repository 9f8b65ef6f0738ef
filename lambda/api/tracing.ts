import type { Context } from 'hono';
import type { Trace, Tracer } from '../platform/trace';

const TRACE = 'trace';

/** The trace of a request, where requests are traced. */
export function beginTrace(context: Context, tracer: Tracer | undefined): Trace | undefined {
  if (tracer === undefined) return undefined;
  const trace = tracer.ofRequest((name) => context.req.header(name));
  context.set(TRACE, trace);
  return trace;
}

export function endTrace({ req, res }: Context, tracer: Tracer | undefined, trace: Trace): void {
  endRequest(tracer, trace, { method: req.method, path: req.path, status: res.status });
}

interface Answered {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Named by its method alone: paths have the names of users and articles. */
export function endRequest(
  tracer: Tracer | undefined,
  trace: Trace,
  { method, path, status }: Answered,
): void {
  if (!trace.sampled) return;
  tracer?.end(trace, {
    ...{ name: method, kind: 'request', failed: status >= 500 },
    attributes: {
      'http.request.method': method,
      'url.path': path,
      'http.response.status_code': status,
    },
  });
}

/** Where it is traced. */
export function tracedIn(context: Context): { readonly trace?: Trace } {
  const trace = context.get(TRACE) as Trace | undefined;
  return trace === undefined ? {} : { trace };
}
