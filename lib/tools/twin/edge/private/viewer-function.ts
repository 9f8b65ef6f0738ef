import { createContext, runInContext } from 'node:vm';

export type ViewerOutcome =
  | {
      readonly kind: 'request';
      readonly uri: string;
      /** Origins that it picked, in the order in which they are asked; none where it picked none. */
      readonly origins: readonly string[];
      /** Answers that send a read on to the next of them. */
      readonly failoverStatuses: readonly number[];
    }
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };

/** What of a viewer's request a function sees. */
export interface ViewerRequest {
  readonly method: string;
  readonly uri: string;
  /** Names in lower case. @default none */
  readonly headers?: Readonly<Record<string, string>>;
}

export type ViewerFunction = (request: ViewerRequest) => Promise<ViewerOutcome>;

/** Longest run of a function in milliseconds; CloudFront allows less than one. */
const LIMIT_MS = 50;
/** The module of CloudFront, which is a parameter here. */
const IMPORT = /^\s*import\s+cf\s+from\s+['"]cloudfront['"];?/m;

interface Group {
  readonly originIds?: readonly { readonly originId: string }[];
  readonly failoverCriteria?: { readonly statusCodes?: readonly number[] };
}

interface Result {
  readonly uri?: string;
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: string | { readonly data?: string };
}

/**
 * Runs a CloudFront function on viewer requests, as far as it looks at method, path and headers, reads
 * its key-value store and picks origins. It is the deployment's own code: the context keeps it apart,
 * it is no guard against malice.
 *
 * @param values content of the key-value store, by key
 */
export function compileViewerFunction(
  code: string,
  values: ReadonlyMap<string, string> = new Map(),
): ViewerFunction {
  const call: { cf?: unknown; event?: string } = {};
  const context = createContext({ call });
  const body = code.replace(IMPORT, '');
  const main = `const main = (cf) => {\n${body}\nreturn handler;\n};`;
  runInContext(main, context, { timeout: LIMIT_MS });
  return async ({ method, uri, headers = {} }) => {
    const picked = new Picked(values);
    const seen = Object.entries(headers).map(([name, value]) => [name, { value }] as const);
    const request = { method, uri, querystring: {}, cookies: {} };
    call.cf = picked.module;
    call.event = JSON.stringify({ request: { ...request, headers: Object.fromEntries(seen) } });
    // What it awaits is answered at once, so that the limit holds for all that it does in one go.
    const returned: unknown = runInContext('main(call.cf)(JSON.parse(call.event))', context, {
      timeout: LIMIT_MS,
    });
    const result = JSON.parse(JSON.stringify(await returned)) as Result;
    return outcomeOf(result, uri, picked);
  };
}

/** What one run of a function picks. */
class Picked {
  public origins: readonly string[] = [];
  public failoverStatuses: readonly number[] = [];
  public readonly module = {
    selectRequestOriginById: (id: string): void => {
      this.origins = [id];
    },
    createRequestOriginGroup: ({ originIds = [], failoverCriteria }: Group): void => {
      this.origins = originIds.map(({ originId }) => originId);
      this.failoverStatuses = [...(failoverCriteria?.statusCodes ?? [])];
    },
    kvs: () => ({
      get: (key: string): Promise<string> => {
        const value = this.values.get(key);
        return value === undefined
          ? Promise.reject(new Error(`KeyNotFound: ${key}`))
          : Promise.resolve(value);
      },
      exists: (key: string): Promise<boolean> => Promise.resolve(this.values.has(key)),
    }),
  };

  public constructor(private readonly values: ReadonlyMap<string, string>) {}
}

function outcomeOf(result: Result, uri: string, picked: Picked): ViewerOutcome {
  if (result.statusCode === undefined) {
    const { origins, failoverStatuses } = picked;
    return { kind: 'request', uri: result.uri ?? uri, origins, failoverStatuses };
  }
  const headers = Object.entries(result.headers ?? {}).map(([name, { value }]) => [name, value]);
  const { body = '' } = result;
  return {
    kind: 'response',
    status: result.statusCode,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: typeof body === 'string' ? body : (body.data ?? ''),
  };
}
