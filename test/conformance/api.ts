import { randomUUID } from 'node:crypto';
import type { Documentation } from './documented';
import { Unmet } from './expect';

/** Whatever came back; `body` is what the contract's JSON holds, `{}` where there is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  readonly request: string;
}

/** Read by property without ceremony: what is missing is `undefined`, and an expectation says so. */
export type Json = any;

export interface Call {
  readonly body?: unknown;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Person {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

const REQUEST_TIMEOUT_MS = 20_000;
/** What a write's answer says in `x-meridian-freshness` while its Region's readers do not show it yet. */
const PENDING = 'pending';
/** So long a client that wants to read its own write then waits: a cache may hold what was for 3 s. */
const PENDING_WAIT_MS = 5_000;
/** Of a request that is answered 503 with `Retry-After`: a busy machine that runs Regions needs patience. */
const ATTEMPTS = 8;

/** One client of the service; requests go to the base URLs in turn. */
export class Api {
  private next = 0;
  private answered = '';

  constructor(
    private readonly bases: readonly URL[],
    /** Set apart whatever this case creates. */
    private readonly mark: string,
    private readonly attempts = ATTEMPTS,
    /** Whatever is answered is held against it. */
    private readonly documentation?: Documentation,
    private serial = 0,
  ) {}

  /** As a client should: what is unavailable is asked again when it says, a write under one key. */
  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const keyed: Record<string, string> =
      method === 'GET' ? {} : { 'idempotency-key': randomUUID() };
    const headers = { ...keyed, ...call.headers };
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.once(method, path, { ...call, headers });
      const retryAfter = Number(answer.headers.get('retry-after') ?? NaN);
      if (answer.headers.get('x-meridian-freshness') === PENDING) await wait(PENDING_WAIT_MS);
      if (answer.status !== 503 || !(retryAfter <= 10) || attempt === this.attempts) return answer;
      await wait(1_000 * retryAfter);
    }
  }

  private async once(
    method: string,
    path: string,
    { body, token, headers }: Call,
  ): Promise<Answer> {
    const base = this.bases[this.next % this.bases.length]!;
    this.next += 1;
    const request = `${method} ${path}`;
    const response = await this.fetched(request, new URL(path, base), {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Token ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      redirect: 'manual',
    });
    const { status, text } = response;
    const answer = { status, headers: response.headers, body: parse(text), request };
    this.answered = `${request} answered ${status} ${text.slice(0, 300)}`;
    const contentType = response.headers.get('content-type');
    const told = { method, path, status, contentType, body: answer.body as unknown };
    const fault = this.documentation?.faultOf(told);
    if (fault !== undefined) throw new Unmet(`${request} answered ${status}: ${fault}`);
    return answer;
  }

  /** @throws Unmet naming the request that nobody answers, or not to the end */
  private async fetched(request: string, url: URL, init: RequestInit) {
    try {
      const response = await fetch(url, init);
      const { status, headers } = response;
      return { status, headers, text: await response.text() };
    } catch (error) {
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? cause.message : message;
      throw new Unmet(`${request}: no answer from ${url.origin}: ${reason}`, { cause: error });
    }
  }

  /** What came back last; empty where nothing did. */
  get lastAnswer(): string {
    return this.answered;
  }

  /** A text that nothing else in the service has. */
  unique(prefix: string): string {
    this.serial += 1;
    return `${prefix}-${this.mark}-${this.serial}`;
  }

  /** A new user, registered. */
  async join(): Promise<Person> {
    const username = this.unique('ann');
    const person = { username, email: `${username}@example.com`, password: 'correct horse' };
    const answer = await this.call('POST', '/api/users', { body: { user: person } });
    if (answer.status !== 201) throw new Error(`POST /api/users answered ${answer.status}`);
    return { ...person, token: String(answer.body.user.token) };
  }

  /** A new article's body of the contract. */
  async post(token: string, fields: object = {}): Promise<Json> {
    const article = { title: this.unique('On'), description: 'Short', body: 'Long.', ...fields };
    const answer = await this.call('POST', '/api/articles', { body: { article }, token });
    if (answer.status !== 201) throw new Error(`POST /api/articles answered ${answer.status}`);
    return answer.body.article;
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function parse(text: string): Json {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return { 'not JSON': text.slice(0, 200) };
  }
}
