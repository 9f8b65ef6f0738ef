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

/** One client of the service; requests go to the base URLs in turn. */
export class Api {
  private next = 0;

  constructor(
    private readonly bases: readonly URL[],
    /** Set apart whatever this case creates. */
    private readonly mark: string,
    private serial = 0,
  ) {}

  async call(method: string, path: string, { body, token, headers }: Call = {}): Promise<Answer> {
    const base = this.bases[this.next % this.bases.length]!;
    this.next += 1;
    const response = await fetch(new URL(path, base), {
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
    const text = await response.text();
    const request = `${method} ${path}`;
    return { status: response.status, headers: response.headers, body: parse(text), request };
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

function parse(text: string): Json {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return { 'not JSON': text.slice(0, 200) };
  }
}
