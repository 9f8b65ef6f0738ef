import type { ALBEvent } from 'aws-lambda';
import { albHandler } from '../../../lambda/api/alb';
import { FORWARD_SIGNATURE, FORWARDED_BY, signForward } from '../../../lambda/platform/forward';
import type { RegionOfTest } from './world';

/** Every part that a body of the contract may have; which of them one has is what tests assert. */
export interface Body {
  readonly user: { readonly token: string } & ShownUser;
  readonly article: { readonly slug: string; readonly author: ShownUser };
  readonly draft: ShownDraft;
  readonly drafts: readonly ShownDraft[];
  readonly revision: { readonly body: string };
  readonly revisions: readonly { readonly revision: string; readonly slug: string | null }[];
  readonly articles: readonly {
    readonly slug: string;
    readonly title: string;
    readonly author: ShownUser;
  }[];
  readonly articlesCount: number;
  readonly tags: readonly string[];
  readonly notifications: readonly {
    readonly id: string;
    readonly kind: string;
    readonly read: boolean;
    readonly createdAt: string;
    readonly actor: { readonly username: string };
    readonly article: { readonly slug: string; readonly title: string } | null;
  }[];
  readonly unreadCount: number;
  readonly nextCursor: string | null;
  readonly errors: Readonly<Record<string, readonly string[]>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

export interface ShownUser {
  readonly username: string;
  readonly bio: string | null;
}

export interface ShownDraft {
  readonly id: string;
  readonly revision: string;
  readonly title: string;
  readonly body: string;
  readonly conflicts: readonly { readonly revision: string; readonly region: string }[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export type Headings = Readonly<Record<string, string>>;
/** Where a request goes: over HTTP, or past it. */
export type Served = Pick<RegionOfTest, 'url' | 'app' | 'deps'>;
export type Client = (
  region: Served,
  method: string,
  path: string,
  body?: unknown,
  headers?: Headings,
) => Promise<Answer>;

/** Through the long-lived server, over HTTP. */
export const overHttp: Client = async (region, method, path, body, headers = {}) => {
  const response = await fetch(region.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return toAnswer(response.status, response.headers, await response.text());
};

/** Through the Lambda entry's adapter, as a load balancer's event. */
export const overEvents: Client = async (region, method, path, body, headers = {}) => {
  const url = new URL(path, 'https://origin.example.com');
  const query = url.search.slice(1).split('&').filter(Boolean);
  const event: ALBEvent = {
    requestContext: { elb: { targetGroupArn: 'arn' } },
    httpMethod: method,
    path: url.pathname,
    queryStringParameters: Object.fromEntries(query.map((pair) => pair.split('='))) as Record<
      string,
      string
    >,
    headers: { host: url.host, 'content-type': 'application/json', ...headers },
    body: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
  };
  const result = await albHandler(region.app)(event);
  return toAnswer(result.statusCode, new Headers(result.headers as Headings), result.body ?? '');
};

function toAnswer(status: number, headers: Headers, text: string): Answer {
  return { status, headers, body: JSON.parse(text === '' ? '{}' : text) as Body };
}

/** As whoever carries out a failover: signed like a peer's write. */
export async function asOperator(
  region: Served,
  secret: string,
  method: 'GET' | 'POST',
  path: string,
  content?: unknown,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const body = content === undefined ? '' : JSON.stringify(content);
  const to = region.deps.region;
  const write = { from: 'operator', to, method, path, body, authorization: '', idempotencyKey: '' };
  const response = await fetch(region.url + path, {
    method,
    headers: {
      [FORWARDED_BY]: 'operator',
      [FORWARD_SIGNATURE]: signForward(write, secret, Date.now()),
    },
    ...(body !== '' && { body }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
